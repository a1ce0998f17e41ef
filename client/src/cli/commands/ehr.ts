import type { PurposeOfUse, RecordAnchor, RecordDetails } from '@salus/ehr-contract';
import type { Command } from 'commander';
import { registerEmergencyCommands } from '../../break-glass/emergency-command.js';
import { onClient, onClientList } from '../context.js';
import { readJson, readText } from '../input.js';

interface AccessOptions {
  readonly purpose: PurposeOfUse;
  readonly hpkePublicKey: string;
}

const STATEMENT = 'file with the statement that the wallet signed, or -';

/** `salus ehr …`: patients, records, consent, access. */
export function registerEhrCommands(program: Command): void {
  const ehr = program.command('ehr').description('patients, records, consent and access');

  ehr
    .command('register-patient')
    .description('register a pseudonym and its key (role registrar)')
    .argument('<statement>', STATEMENT)
    .action(onClient(async ({ ehr }, file: string) => ehr.registerPatient(await readText(file))));

  ehr
    .command('register-records')
    .description('put the hashes of stored records on the ledger')
    .argument('<records>', 'file with a JSON array of record anchors, or -')
    .action(
      onClient(async ({ ehr }, file: string) =>
        ehr.registerRecords(await readJson<RecordAnchor[]>(file)),
      ),
    );

  ehr
    .command('deposit-details')
    .description('give the caring hospitals category, label and sealed keys of registered records')
    .argument('<details>', 'file with a JSON array of record details, or -')
    .action(
      onClient(async ({ ehr }, file: string) =>
        ehr.depositDetails(await readJson<RecordDetails[]>(file)),
      ),
    );

  ehr
    .command('grant')
    .description("relay a patient's grant")
    .argument('<statement>', STATEMENT)
    .action(onClient(async ({ ehr }, file: string) => ehr.grantAccess(await readText(file))));

  ehr
    .command('withdraw')
    .description("relay a patient's withdrawal")
    .argument('<statement>', STATEMENT)
    .action(onClient(async ({ ehr }, file: string) => ehr.withdrawConsent(await readText(file))));

  ehr
    .command('request-access')
    .description('ask for a record, and have the decision recorded')
    .argument('<recordId>')
    .requiredOption('--purpose <code>', 'TREAT, ETREAT, HPAYMT or HRESCH (HL7 PurposeOfUse)')
    .requiredOption('--hpke-public-key <key>', 'to which the content key is to be sealed')
    .action(
      onClient(({ ehr }, recordId: string, { purpose, hpkePublicKey }: AccessOptions) =>
        ehr.requestAccess({ recordId, purpose, hpkePublicKey }),
      ),
    );

  registerQueries(ehr);
  registerEmergencyCommands(ehr);
}

function registerQueries(ehr: Command): void {
  ehr
    .command('patient')
    .description("show a patient's key")
    .argument('<pseudonym>')
    .action(onClient(({ ehr }, pseudonym: string) => ehr.getPatient(pseudonym)));

  ehr
    .command('record')
    .description('show what the ledger holds of a record')
    .argument('<recordId>')
    .action(onClient(({ ehr }, recordId: string) => ehr.getRecord(recordId)));

  ehr
    .command('details')
    .description("show a record's private details (caring hospitals only)")
    .argument('<recordId>')
    .action(onClient(({ ehr }, recordId: string) => ehr.readDetails(recordId)));

  ehr
    .command('records')
    .description("list a patient's records")
    .argument('<pseudonym>')
    .action(onClientList(({ ehr }, pseudonym: string) => ehr.records(pseudonym)));

  ehr
    .command('show-grant')
    .description('show a grant')
    .argument('<pseudonym>')
    .argument('<grantId>')
    .action(
      onClient(({ ehr }, pseudonym: string, grantId: string) => ehr.getGrant(pseudonym, grantId)),
    );

  ehr
    .command('decision')
    .description('show an access decision')
    .argument('<decisionId>', 'ID of the transaction that asked for access')
    .action(onClient(({ ehr }, decisionId: string) => ehr.getDecision(decisionId)));

  ehr
    .command('audit')
    .description("list all that happened to a patient's data")
    .argument('<pseudonym>')
    .action(onClientList(({ ehr }, pseudonym: string) => ehr.audit(pseudonym)));
}
