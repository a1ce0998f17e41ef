import type { Command } from 'commander';
import { institutionKinds, guestKinds, type GuestKind } from '@salus/wallet';
import { registerCompanionCommands } from './companions.js';
import { registerConsentCommands } from './consent.js';
import { registerHomeCommands } from './home.js';
import { choice } from './input.js';
import { registerKeyCommands } from './keys.js';
import { ownerOf } from './owner.js';
import { registerRecordCommands } from './records.js';
import { registerViewCommands } from './view.js';

interface InviteOptions {
  readonly kind: GuestKind;
  readonly out?: string;
}

/** `salus wallet …`: the patient's own commands. Only the process that serves holds the keys. */
export function defineWallet(wallet: Command): void {
  wallet
    .option('--portal <origin>', "a gateway's portal, to which statements are relayed")
    .option('--portal-ca <file>', 'its CA certificate, where the platform does not know it')
    .addOption(
      choice('--as <kind>', 'the patient whom this kind of institution knows', institutionKinds),
    );
  registerHomeCommands(wallet);
  registerRequestCommands(wallet);
  registerConsentCommands(wallet);
  registerRecordCommands(wallet);
  registerKeyCommands(wallet);
  registerCompanionCommands(wallet);
  registerViewCommands(wallet);
}

function registerRequestCommands(wallet: Command): void {
  wallet
    .command('invite <name>')
    .description('hand an institution, or a person, the right to ask')
    .addOption(choice('--kind <kind>', 'what it is', guestKinds, 'hospital'))
    .option('--out <file>', 'where the invitation goes; it is printed if left out')
    .action(async (name: string, { kind, out }: InviteOptions, command: Command) => {
      const { owner, result } = await ownerOf(command);
      const invitation = await owner.invite(name, kind);
      if (out === undefined) {
        result(invitation);
      } else {
        const { writeAtomically } = await import('@salus/client/home');
        await writeAtomically(out, Buffer.from(`${JSON.stringify(invitation)}\n`));
        result({ invited: name, kind, file: out });
      }
    });

  wallet
    .command('requests')
    .description('what was asked, and what would be signed, in plain words')
    .action(async (_: object, command: Command) => {
      const { owner, result } = await ownerOf(command);
      result(await owner.requests());
    });

  for (const verdict of ['approve', 'refuse'] as const) {
    wallet
      .command(`${verdict} <request>`)
      .description(`${verdict} what was asked`)
      .action(async (id: string, _: object, command: Command) => {
        const { owner, result } = await ownerOf(command);
        await owner.decide(id, verdict);
        result({ id, verdict });
      });
  }
}
