import { z } from 'zod';
import { distinctArray, identifier, mspId, pseudonym, time } from '../base/forms.js';
import type { Page } from '../base/page.js';
import { paged } from './paging.js';

/** Referral: a hospital hands a part of the record over under the patient's grant, the answer comes back into it. */

export const referRequest = z.strictObject({
  pseudonym,
  /** One among the patient's. */
  referralId: identifier,
  /** Record of the FHIR ServiceRequest. */
  serviceRequest: identifier,
  to: z.strictObject({ mspId, role: identifier.optional() }),
  /** What is handed over beside the request itself. */
  records: distinctArray(identifier, 50),
  /** The patient's grant to `to` that covers all of them. */
  grantId: z.uuid(),
  /** FHIR request-priority. */
  priority: z.enum(['routine', 'urgent', 'asap', 'stat']),
  /** No longer than the grant. */
  notAfter: time,
});
export type ReferRequest = z.infer<typeof referRequest>;

export const referralRef = z.strictObject({ pseudonym, referralId: identifier });
export type ReferralRef = z.infer<typeof referralRef>;

/** Why a referral is declined: nothing that could name a person. */
export const declineReason = z.enum([
  'NO_CAPACITY',
  'NOT_COMPETENT',
  'INSUFFICIENT',
  'DUPLICATE',
  'OTHER',
]);

export const declineReferralRequest = z.strictObject({
  ...referralRef.shape,
  reason: declineReason,
});
export type DeclineReferralRequest = z.infer<typeof declineReferralRequest>;

export const answerReferralRequest = z.strictObject({
  ...referralRef.shape,
  /** Records that the answering hospital has registered for the patient. */
  records: distinctArray(identifier, 50),
});
export type AnswerReferralRequest = z.infer<typeof answerReferralRequest>;

export type ReferralStatus = 'REQUESTED' | 'ACCEPTED' | 'DECLINED' | 'ANSWERED';

export interface Referral extends ReferRequest {
  readonly from: string;
  readonly referredAt: string;
  readonly status: ReferralStatus;
  readonly acceptedAt?: string;
  readonly declined?: { readonly at: string; readonly reason: z.infer<typeof declineReason> };
  readonly answers?: readonly { readonly at: string; readonly records: readonly string[] }[];
}

/** Of one patient, or those that come to an organisation. */
export const listReferralsRequest = z.union([
  z.strictObject({ pseudonym, ...paged }),
  z.strictObject({ mspId, ...paged }),
]);
export type ListReferralsRequest = z.infer<typeof listReferralsRequest>;

/** The transactions on referrals by name. */
export interface ReferralTransactions {
  readonly refer: { request: ReferRequest; response: Referral };
  readonly acceptReferral: { request: ReferralRef; response: Referral };
  readonly declineReferral: { request: DeclineReferralRequest; response: Referral };
  /** May be repeated: a referral can have several answers. */
  readonly answerReferral: { request: AnswerReferralRequest; response: Referral };
  readonly getReferral: { request: ReferralRef; response: Referral };
  readonly listReferrals: { request: ListReferralsRequest; response: Page<Referral> };
}
