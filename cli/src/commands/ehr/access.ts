import { Option, type Command } from 'commander';
import { requestedPurpose, type RequestedPurpose } from '@salus/protocol';
import { onClient } from '../../command-line/context.js';
import { readText } from '../../command-line/input.js';

interface AccessOptions {
  readonly purpose: RequestedPurpose;
  readonly hpkePublicKey: string;
  readonly asPatient?: string;
}

/** HL7 v3 PurposeOfUse, of what one may ask for. */
export const purposeOption = () =>
  new Option('--purpose <code>', 'HL7 PurposeOfUse')
    .choices(requestedPurpose.options)
    .makeOptionMandatory();

const asks = {
  'request-access': ['requestAccess', 'ask for a record, and have the decision recorded'],
  'evaluate-access': ['evaluateAccess', 'ask what would be decided; nothing is recorded'],
} as const;

export function registerAccessCommands(ehr: Command): void {
  for (const [name, [transaction, description]] of Object.entries(asks)) {
    ehr
      .command(name)
      .description(description)
      .argument('<pseudonym>')
      .argument('<recordId>')
      .addOption(purposeOption())
      .requiredOption('--hpke-public-key <key>', 'to which the content key is to be sealed')
      .option('--as-patient <file>', "a patient's statement AccessRequest.v1 for the same")
      .action(
        onClient(async ({ ehr }, pseudonym: string, recordId: string, options: AccessOptions) => {
          const { purpose, hpkePublicKey, asPatient } = options;
          return ehr[transaction]({
            pseudonym,
            recordId,
            purpose,
            hpkePublicKey,
            ...(asPatient !== undefined && { asPatient: await readText(asPatient) }),
          });
        }),
      );
  }

  ehr
    .command('decision')
    .description('show an access decision')
    .argument('<pseudonym>')
    .argument('<decidedAt>', 'time of the decision')
    .argument('<decisionId>', 'ID of the transaction that asked for access')
    .action(
      onClient(({ ehr }, pseudonym: string, decidedAt: string, decisionId: string) =>
        ehr.getDecision({ pseudonym, decidedAt, decisionId }),
      ),
    );
}
