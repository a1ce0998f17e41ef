import type { Command } from 'commander';
import { writeAtomically } from '../atomic-file.js';
import { registerCompanionCommands } from './commands/companions.js';
import { registerConsentCommands } from './commands/consent.js';
import { registerHomeCommands } from './commands/home.js';
import { choice } from './commands/input.js';
import { registerKeyCommands } from './commands/keys.js';
import { ownerOf } from './commands/owner.js';
import { registerRecordCommands } from './commands/records.js';
import { registerViewCommands } from './commands/view.js';
import { institutionKinds } from './core/state.js';
import { guestKinds, type GuestKind } from './requests.js';

interface InviteOptions {
  readonly kind: GuestKind;
  readonly out?: string;
}

/** `salus wallet …`: the patient's own commands. Only the process that serves holds the keys. */
export function registerWalletCommands(program: Command): void {
  const wallet = program
    .command('wallet')
    .description("a patient's wallet: keys and consent")
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
