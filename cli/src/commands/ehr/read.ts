import type { Command } from 'commander';
import type { RequestedPurpose } from '@salus/protocol';
import { connectedContext, withClient } from '../../command-line/context.js';
import { purposeOption } from './access.js';
import { readingRecords } from './open-desk.js';
import { readSigned, STATEMENT } from './statement.js';

interface ReadOptions {
  readonly purpose: RequestedPurpose;
  readonly out: string;
}

export function registerReadCommands(ehr: Command): void {
  ehr
    .command('read')
    .description('ask for a record, and write its content to a file once all of it is verified')
    .argument('<pseudonym>')
    .argument('<recordId>')
    .addOption(purposeOption())
    .option('--store <MSP=URL...>', 'stores that hold parts of the record (SALUS_STORES)')
    .option('--keys <url...>', "key services: your own, then the custodian's (SALUS_KEYS)")
    .requiredOption('--out <file>', 'where the content goes')
    .action(
      (
        pseudonym: string,
        recordId: string,
        { purpose, ...options }: ReadOptions,
        command: Command,
      ) => read({ pseudonym, recordId, purpose }, options, command),
    );

  ehr
    .command('fetch')
    .description("bring a patient's own request to the ledger, and fetch the record for the wallet")
    .argument('<request>', STATEMENT)
    .option('--store <MSP=URL...>', 'stores that hold parts of the record (SALUS_STORES)')
    .option('--keys <url...>', "key services: your own, then the custodian's (SALUS_KEYS)")
    .requiredOption('--out <file>', 'where it goes, sealed; `salus wallet open` opens it')
    .action(async (file: string, options: Omit<ReadOptions, 'purpose'>, command: Command) => {
      const context = connectedContext(command, 'stores', 'keys');
      const { writeAtomically } = await import('@salus/client/home');
      const request = await readSigned(file);
      await withClient(context, async (client) => {
        const fetched = await readingRecords(client, context).fetch(request);
        await writeAtomically(options.out, Buffer.from(`${JSON.stringify(fetched)}\n`));
        const { recordId, contentType } = fetched;
        context.output.result({ recordId, contentType, file: options.out });
      });
    });
}

async function read(
  wish: { pseudonym: string; recordId: string; purpose: RequestedPurpose },
  { out }: Omit<ReadOptions, 'purpose'>,
  command: Command,
): Promise<void> {
  const context = connectedContext(command, 'stores', 'keys');
  const [{ refOf }, { writeVerified }] = await Promise.all([
    import('@salus/client/ehr'),
    import('./write-verified.js'),
  ]);
  await withClient(context, async (client) => {
    const records = readingRecords(client, context);
    const { decision, details, pieces } = await records.open(wish);
    await writeVerified(out, pieces);
    const { reason, obligations, expiresAt } = decision;
    const { salt: _, ...described } = details;
    const told = { decision: refOf(decision), reason, obligations, expiresAt };
    context.output.result({ ...told, details: described, file: out });
  });
}
