import type { Command } from 'commander';
import type { OnwardTerms } from '@salus/protocol/ehr';
import { onClient, onClientList } from '../../command-line/context.js';
import { readSigned, STATEMENT } from './statement.js';

interface ShareOptions {
  readonly to: string;
  readonly role?: string;
  readonly practitioner?: string;
  readonly record?: string[];
  readonly until: string;
}

export function registerConsentCommands(ehr: Command): void {
  ehr
    .command('grant')
    .description("relay a patient's grant or deny rule")
    .argument('<statement>', STATEMENT)
    .action(onClient(async ({ ehr }, file: string) => ehr.grantAccess(await readSigned(file))));

  ehr
    .command('withdraw')
    .description("relay a patient's withdrawal")
    .argument('<statement>', STATEMENT)
    .action(onClient(async ({ ehr }, file: string) => ehr.withdrawConsent(await readSigned(file))));

  ehr
    .command('share')
    .description('pass on what a grant allows to pass on')
    .argument('<pseudonym>')
    .argument('<grantId>')
    .requiredOption('--to <mspId>', 'organisation that may read')
    .option('--role <role>', 'only staff of this role')
    .option('--practitioner <id>', 'only this practitioner')
    .option('--record <ids...>', 'only these of the records that the grant covers')
    .requiredOption('--until <time>', 'until when (ISO 8601), no longer than the grant')
    .action(
      onClient(({ ehr }, pseudonym: string, grantId: string, options: ShareOptions) => {
        const { to, role, practitioner, record, until } = options;
        const terms: OnwardTerms = {
          pseudonym,
          grantId,
          notAfter: until,
          grantee: { mspId: to, role, practitioner },
          ...(record && { records: record }),
        };
        return ehr.shareOnward(terms);
      }),
    );

  ehr
    .command('grants')
    .description("list a patient's grants, deny rules and onward shares")
    .argument('<pseudonym>')
    .action(onClientList(({ ehr }, pseudonym: string) => ehr.grants(pseudonym)));

  ehr
    .command('show-grant')
    .description('show a grant')
    .argument('<pseudonym>')
    .argument('<grantId>')
    .action(
      onClient(({ ehr }, pseudonym: string, grantId: string) =>
        ehr.getGrant({ pseudonym, grantId }),
      ),
    );

  ehr
    .command('archive-grants')
    .description("take a patient's grants that are over out of the way of decisions")
    .argument('<pseudonym>')
    .action(onClient(({ ehr }, pseudonym: string) => ehr.archiveGrants(pseudonym)));
}
