import type { Command } from 'commander';
import { connectedContext, onClient, withClient } from '../../command-line/context.js';
import { readSigned, STATEMENT } from './statement.js';

interface EraseOptions {
  readonly out: string;
}

export function registerErasureCommands(ehr: Command): void {
  ehr
    .command('erase')
    .description("carry out a patient's order of erasure, and write its certificate")
    .argument('<statement>', STATEMENT)
    .option('--store <MSP=URL...>', 'all stores that keep parts of the records (SALUS_STORES)')
    .requiredOption('--out <file>', 'where the certificate goes')
    .action((file: string, options: EraseOptions, command: Command) =>
      erase(file, options, command),
    );

  ehr
    .command('purge-details')
    .description('purge details and sealed keys of your records that were ordered to be erased')
    .argument('<pseudonym>')
    .argument('<recordIds...>')
    .action(
      onClient(({ ehr }, pseudonym: string, records: string[]) =>
        ehr.purgeDetails({ pseudonym, records }),
      ),
    );
}

async function erase(file: string, { out }: EraseOptions, command: Command): Promise<void> {
  const context = connectedContext(command, 'stores');
  const { writeAtomically } = await import('@salus/client/home');
  const order = await readSigned(file);
  await withClient(context, async (client) => {
    const certificate = await client.records
      .using({ stores: context.settings.stores })
      .erase(order);
    await writeAtomically(out, Buffer.from(`${JSON.stringify(certificate)}\n`));
    const records = certificate.records.map(({ recordId }) => recordId);
    context.output.result({ records, file: out });
  });
}
