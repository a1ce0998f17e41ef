import type { Command } from 'commander';
import type { SealedRecord } from '@salus/client/records';
import { readJson } from '../../command-line/input.js';
import { checkedAsk, commandAndRelay, ownerOf } from './owner.js';

interface AccessOptions {
  readonly purpose: string;
  readonly of?: string;
  readonly key?: string;
  readonly for?: string;
}

interface EraseOptions {
  readonly for?: string;
  readonly namedOnly?: boolean;
}

/** `salus wallet request-access|open|erase`: what a patient does with records. */
export function registerRecordCommands(wallet: Command): void {
  wallet
    .command('request-access <recordId>')
    .description('print a signed request for a record, which an institution brings to the ledger')
    .option('--purpose <code>', 'HL7 purpose of use', 'PATRQT')
    .option('--of <pseudonym>', "another patient's record, by a grant to this one")
    .option('--key <publicKey>', 'the content key is to be sealed to it; the own one if left out')
    .option('--for <delegation>', 'as the delegate of another patient, with --key')
    .action(async (recordId: string, options: AccessOptions, command: Command) => {
      const { purpose, of: subject, key: hpkePublicKey, for: delegate } = options;
      const request = { type: 'request-access', recordId, purpose, subject, hpkePublicKey };
      const ask = delegate === undefined ? request : { type: 'on-behalf', delegate, request };
      const { owner, kind, result } = await ownerOf(command);
      result(await owner.command(checkedAsk(ask, 'request'), kind));
    });

  wallet
    .command('open <file>')
    .description('open a record that an institution has fetched for this patient')
    .requiredOption('--out <file>', 'where the content goes')
    .action(async (file: string, { out }: { out: string }, command: Command) => {
      const { recordId, sealedKey, content } = await readJson<SealedRecord>(file);
      const ask = { type: 'open', recordId, sealedKey, content };
      const { owner, kind, result } = await ownerOf(command);
      const opened = await owner.command(checkedAsk(ask, 'record'), kind);
      const { writeAtomically } = await import('@salus/client/home');
      await writeAtomically(out, Buffer.from(opened.content ?? '', 'base64'));
      result({ recordId, file: out });
    });

  wallet
    .command('erase <records...>')
    .description('print a signed order to destroy records for good, with all their versions')
    .option('--named-only', 'these versions alone')
    .option('--for <delegation>', 'as the delegate of another patient')
    .action(async (records: string[], options: EraseOptions, command: Command) => {
      const request = {
        ...{ type: 'erase', records },
        ...(options.namedOnly === true && { versions: 'NAMED' }),
      };
      const ask =
        options.for === undefined ? request : { type: 'on-behalf', delegate: options.for, request };
      await commandAndRelay(command, checkedAsk(ask, 'order'));
    });
}
