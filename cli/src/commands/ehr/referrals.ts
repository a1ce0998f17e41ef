import { Option, type Command } from 'commander';
import type { DeclineReferralRequest, ReferRequest } from '@salus/protocol/ehr';
import { onClient, onClientList } from '../../command-line/context.js';

interface ReferOptions {
  readonly to: string;
  readonly role?: string;
  readonly request: string;
  readonly record: string[];
  readonly grant: string;
  readonly priority: ReferRequest['priority'];
  readonly until: string;
}

export function registerReferralCommands(ehr: Command): void {
  ehr
    .command('refer')
    .description('hand over a part of the record with a referral')
    .argument('<pseudonym>')
    .argument('<referralId>', 'one among the patient’s')
    .requiredOption('--to <mspId>', 'hospital that is to see the patient')
    .option('--role <role>', 'only staff of this role')
    .requiredOption('--request <recordId>', 'record of the FHIR ServiceRequest')
    .requiredOption('--record <ids...>', 'what is handed over')
    .requiredOption('--grant <grantId>', "the patient's grant that covers it")
    .addOption(
      new Option('--priority <priority>', 'FHIR request priority')
        .choices(['routine', 'urgent', 'asap', 'stat'])
        .default('routine'),
    )
    .requiredOption('--until <time>', 'until when (ISO 8601), no longer than the grant')
    .action(
      onClient(({ ehr }, pseudonym: string, referralId: string, options: ReferOptions) => {
        const { to, role, request, record, grant, priority, until } = options;
        return ehr.refer({
          pseudonym,
          referralId,
          priority,
          records: record,
          serviceRequest: request,
          grantId: grant,
          notAfter: until,
          to: { mspId: to, role },
        });
      }),
    );

  ehr
    .command('accept-referral')
    .description('accept a referral')
    .argument('<pseudonym>')
    .argument('<referralId>')
    .action(
      onClient(({ ehr }, pseudonym: string, referralId: string) =>
        ehr.acceptReferral({ pseudonym, referralId }),
      ),
    );

  ehr
    .command('decline-referral')
    .description('decline a referral')
    .argument('<pseudonym>')
    .argument('<referralId>')
    .addOption(
      new Option('--reason <code>', 'why')
        .choices(['NO_CAPACITY', 'NOT_COMPETENT', 'INSUFFICIENT', 'DUPLICATE', 'OTHER'])
        .makeOptionMandatory(),
    )
    .action(
      onClient(
        (
          { ehr },
          pseudonym: string,
          referralId: string,
          options: Pick<DeclineReferralRequest, 'reason'>,
        ) => ehr.declineReferral({ pseudonym, referralId, ...options }),
      ),
    );

  ehr
    .command('answer-referral')
    .description('name the records that answer a referral')
    .argument('<pseudonym>')
    .argument('<referralId>')
    .requiredOption('--record <ids...>', 'records that you have registered')
    .action(
      onClient(({ ehr }, pseudonym: string, referralId: string, options: { record: string[] }) =>
        ehr.answerReferral({ pseudonym, referralId, records: options.record }),
      ),
    );

  ehr
    .command('referrals')
    .description('list the referrals of a patient, or those that come to an organisation')
    .addOption(new Option('--pseudonym <pseudonym>', 'of this patient').conflicts('to'))
    .option('--to <mspId>', 'that come to this organisation; your own unless said otherwise')
    .action(
      onClientList(({ ehr, mspId }, options: { pseudonym?: string; to?: string }) => {
        const { pseudonym, to = mspId } = options;
        return ehr.referrals(pseudonym === undefined ? { mspId: to } : { pseudonym });
      }),
    );
}
