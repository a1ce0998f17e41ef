import { MAX_PAGE_SIZE } from '@salus/protocol';
import type { Referral } from '@salus/protocol/ehr';
import { allResults } from '../transaction/pages.js';
import type { EhrCalls, Query, Submit } from './calls.js';

/** Referrals: a hospital hands over a part of the record, and the answer comes back into it. */
export interface ReferralCalls {
  readonly refer: Submit<'refer'>;
  readonly acceptReferral: Submit<'acceptReferral'>;
  readonly declineReferral: Submit<'declineReferral'>;
  /** Names the records that answer; a referral can have several answers. */
  readonly answerReferral: Submit<'answerReferral'>;
  readonly getReferral: Query<'getReferral'>;
  readonly listReferrals: Query<'listReferrals'>;
  /** All referrals of a patient, or all that come to an organisation. */
  referrals(
    of: { readonly pseudonym: string } | { readonly mspId: string },
  ): AsyncIterable<Referral>;
}

export function referralCalls({ submits, queries }: EhrCalls): ReferralCalls {
  const listReferrals = queries('listReferrals');
  return {
    refer: submits('refer'),
    acceptReferral: submits('acceptReferral'),
    declineReferral: submits('declineReferral'),
    answerReferral: submits('answerReferral'),
    getReferral: queries('getReferral'),
    listReferrals,
    referrals: (of) =>
      allResults((bookmark) => listReferrals({ ...of, pageSize: MAX_PAGE_SIZE, bookmark })),
  };
}
