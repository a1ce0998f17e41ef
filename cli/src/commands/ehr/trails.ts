import type { Command } from 'commander';
import { onClientList } from '../../command-line/context.js';

const AS_FHIR = 'as FHIR R4 AuditEvents';

interface TrailOptions {
  readonly id?: string;
  readonly fhir?: boolean;
}

export function registerTrailCommands(ehr: Command): void {
  ehr
    .command('audit')
    .description("list all that happened to a patient's data")
    .argument('<pseudonym>')
    .option('--fhir', AS_FHIR)
    .action(
      onClientList(async function* ({ ehr, channel }, pseudonym: string, { fhir }: TrailOptions) {
        const { auditEventOf } = await import('@salus/fhir');
        for await (const entry of ehr.audit(pseudonym)) {
          yield fhir === true ? auditEventOf(entry, pseudonym, { channel }) : entry;
        }
      }),
    );

  ehr
    .command('audit-actor')
    .description('list what somebody, or everybody of an organisation, asked for')
    .argument('[mspId]', 'your own organisation unless said otherwise')
    .option('--id <id>', 'of one member of staff')
    .option('--fhir', AS_FHIR)
    .action(
      onClientList(async function* (client, of: string | undefined, options: TrailOptions) {
        const { auditEventOf } = await import('@salus/fhir');
        const { ehr, channel, mspId } = client;
        const { id, fhir } = options;
        const trail = ehr.actorAudit({ mspId: of ?? mspId, ...(id !== undefined && { id }) });
        for await (const entry of trail) {
          yield fhir === true ? auditEventOf(entry, undefined, { channel }) : entry;
        }
      }),
    );
}
