import type { Command } from 'commander';
import { invalidArgument } from '@salus/protocol';
import { readJson, wholeNumber } from '../../command-line/input.js';
import { checkedAsk, commandAndRelay, ownerOf, type OwnerContext } from './owner.js';

/** `salus wallet audit|notifications|sync|show|pin`: what the ledger says, proven. */
export function registerViewCommands(wallet: Command): void {
  wallet
    .command('audit')
    .description('who saw what, why: proven by peers of most organisations')
    .option('--trail <file>', 'a signed trail from elsewhere, instead of the portal’s')
    .action(async ({ trail }: { trail?: string }, command: Command) => {
      const context = await ownerOf(command);
      const signed = trail === undefined ? await ofPortal(context) : await readTrail(trail);
      context.result(await context.owner.prove(signed, { kind: context.kind }));
    });

  wallet
    .command('notifications')
    .description('what is new in the audit trail since the last look')
    .option('--wait <seconds>', 'wait for something to happen', '0')
    .action(async ({ wait }: { wait: string }, command: Command) => {
      const context = await ownerOf(command);
      const seconds = wholeNumber('--wait', wait, { from: 0, to: 25 });
      const { owner, kind, result } = context;
      const since = new Date().toISOString();
      const news = async () =>
        (await owner.prove(await ofPortal(context), { kind, unseen: true })).entries;
      let entries = await news();
      if (entries.length === 0 && seconds > 0) {
        await portalOf(context).wait(since, seconds);
        entries = await news();
      }
      result(entries);
    });

  wallet
    .command('sync')
    .description(
      "take over the ledger's keys and epochs, proven; after a recovery, before all else",
    )
    .option('--patient <file>', 'signed answers from elsewhere, instead of the portal’s')
    .action(async ({ patient }: { patient?: string }, command: Command) => {
      const context = await ownerOf(command);
      const signed =
        patient === undefined ? await portalOf(context).patient() : await readJson(patient);
      await commandAndRelay(command, checkedAsk({ type: 'sync', patient: signed }, 'patient'));
    });

  wallet
    .command('show')
    .description('what the wallet holds: grants, epochs, guardians, delegations; no secret')
    .action((_: object, command: Command) => commandAndRelay(command, { type: 'overview' }));

  wallet
    .command('pin <mspId> <publicKey>')
    .description("believe an organisation's HPKE key on your own word")
    .action((mspId: string, publicKey: string, _: object, command: Command) =>
      commandAndRelay(command, checkedAsk({ type: 'pin-organisation', mspId, publicKey }, 'pin')),
    );
}

async function readTrail(file: string) {
  const { signedTrail } = await import('@salus/proofs');
  return signedTrail.parse(await readJson(file));
}

function ofPortal(context: OwnerContext) {
  return portalOf(context).trail();
}

function portalOf({ portal }: OwnerContext) {
  if (portal) return portal;
  throw invalidArgument('--portal', "the origin of a gateway's portal", 'none');
}
