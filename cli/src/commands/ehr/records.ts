import type { Command } from 'commander';
import type { RecordFilter } from '@salus/client/ehr';
import type { FileOptions } from '@salus/client/records';
import type { RequestedPurpose } from '@salus/protocol';
import {
  connectedContext,
  onClient,
  onClientList,
  withClient,
} from '../../command-line/context.js';
import { purposeOption } from './access.js';
import { registering } from './import.js';
import { registeringRecords, type DeskOptions } from './open-desk.js';

type RegisterOptions = DeskOptions & FileOptions & { readonly patient: string };

interface ReadableOptions {
  readonly purpose: RequestedPurpose;
  readonly category?: string[];
  readonly custodian?: string[];
  readonly episode?: string;
  readonly from?: string;
  readonly until?: string;
  readonly allVersions?: boolean;
}

export function registerRecordCommands(ehr: Command): void {
  describing(ehr.command('register'))
    .description('encrypt, store and register a file of any kind as a record (FHIR, DICOM, PDF …)')
    .argument('<file>')
    .action((file: string, options: RegisterOptions, command: Command) =>
      register({ file, options, command }),
    );

  describing(ehr.command('amend'))
    .description('register a file as the next version of a record, which stays as it is')
    .argument('<recordId>', 'the last version so far')
    .argument('<file>')
    .action((recordId: string, file: string, options: RegisterOptions, command: Command) =>
      register({ file, options, command, amends: recordId }),
    );

  ehr
    .command('record')
    .description('show what the ledger holds of a record')
    .argument('<pseudonym>')
    .argument('<recordId>')
    .action(
      onClient(({ ehr }, pseudonym: string, recordId: string) =>
        ehr.getRecord({ pseudonym, recordId }),
      ),
    );

  ehr
    .command('details')
    .description("show a record's private details and sealed keys (roles that read records)")
    .argument('<pseudonym>')
    .argument('<recordId>')
    .action(
      onClient(({ ehr }, pseudonym: string, recordId: string) =>
        ehr.readDetails({ pseudonym, recordId }),
      ),
    );

  ehr
    .command('records')
    .description("list a patient's records as the ledger has them")
    .argument('<pseudonym>')
    .action(onClientList(({ ehr }, pseudonym: string) => ehr.records(pseudonym)));

  ehr
    .command('readable-records')
    .description("list those of a patient's records, of all institutions, that you may read now")
    .argument('<pseudonym>')
    .addOption(purposeOption())
    .option('--category <names...>', 'only these categories')
    .option('--custodian <mspIds...>', "only these institutions' records")
    .option('--episode <id>', 'only of this episode')
    .option('--from <time>', 'only care that ended at or after this time')
    .option('--until <time>', 'only care that began before this time')
    .option('--all-versions', 'versions that were amended too')
    .action(
      onClientList(({ records }, pseudonym: string, options: ReadableOptions) => {
        const { purpose, category, custodian, ...more } = options;
        const filter: RecordFilter = {
          ...more,
          ...(category && { categories: category }),
          ...(custodian && { custodians: custodian }),
        };
        return records.list({ pseudonym, purpose, filter });
      }),
    );
}

function describing(command: Command): Command {
  return registering(command)
    .option('--content-type <type>', 'media type; by the file name unless said otherwise')
    .option('--category <name>', 'category; by the content unless said otherwise')
    .option('--label <system|code...>', 'HL7 confidentiality and sensitivity labels')
    .option('--name <text>', 'what hospitals see it by; the file name unless said otherwise')
    .option('--practitioner <id>', 'who answers for it')
    .option('--care-start <time>', 'when care began')
    .option('--care-end <time>', 'when care ended')
    .option('--episode <id>', 'episode that it belongs to')
    .option('--link <relation=recordId...>', 'part-of, based-on, derived-from, replaces, context');
}

interface Registering {
  readonly file: string;
  readonly options: RegisterOptions;
  readonly command: Command;
  readonly amends?: string;
}

async function register({ file, options, command, amends }: Registering): Promise<void> {
  const context = connectedContext(command, 'stores');
  const { readPatientFile } = await import('./patient-file.js');
  const patient = await readPatientFile(options.patient);
  await withClient(context, async (client) => {
    const records = registeringRecords(client, context, options);
    const more = amends === undefined ? {} : { amends };
    context.output.result(await records.register(patient, { file, ...options, ...more }));
  });
}
