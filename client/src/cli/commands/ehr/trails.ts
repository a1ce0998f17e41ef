import type { Command } from 'commander';
import { onClientList } from '../../context.js';

export function registerTrailCommands(ehr: Command): void {
  ehr
    .command('audit')
    .description("list all that happened to a patient's data")
    .argument('<pseudonym>')
    .action(onClientList(({ ehr }, pseudonym: string) => ehr.audit(pseudonym)));

  ehr
    .command('audit-actor')
    .description('list what somebody, or everybody of an organisation, asked for')
    .argument('[mspId]', 'your own organisation unless said otherwise')
    .option('--id <id>', 'of one member of staff')
    .action(
      onClientList(({ ehr, mspId }, of: string | undefined, { id }: { id?: string }) =>
        ehr.actorAudit({ mspId: of ?? mspId, ...(id !== undefined && { id }) }),
      ),
    );
}
