import type { Command } from 'commander';
import { onClient } from '../../context.js';
import { readText } from '../../input.js';
import { STATEMENT } from './statement.js';

export function registerErasureCommands(ehr: Command): void {
  ehr
    .command('order-erasure')
    .description("relay a patient's order that records be erased")
    .argument('<statement>', STATEMENT)
    .action(onClient(async ({ ehr }, file: string) => ehr.eraseRecords(await readText(file))));

  ehr
    .command('purge-details')
    .description('purge details and sealed keys of records that were ordered to be erased')
    .argument('<pseudonym>')
    .argument('<recordIds...>')
    .action(
      onClient(({ ehr }, pseudonym: string, records: string[]) =>
        ehr.purgeDetails({ pseudonym, records }),
      ),
    );
}
