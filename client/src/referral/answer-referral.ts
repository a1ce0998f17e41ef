import type { Referral, ReferralRef } from '@salus/protocol/ehr';
import { registerFile, type FileOptions } from '../records/register-file.js';
import { askConsent } from './ask-consent.js';
import type { ReferralOffice } from './office.js';

/** What answers a referral. */
export interface ReferralAnswer extends FileOptions {
  /** Files of any kind; each becomes a record that is based on the request. */
  readonly files: readonly string[];
  /** Records that the answering hospital has registered already. */
  readonly records?: readonly string[];
  /** Staff of the hospital that referred, who may read it; physicians unless said otherwise. */
  readonly role?: string;
}

/**
 * Answers a referral. It registers the answer as records based on the request. It has the patient agree
 * that the referring hospital reads them until the referral's end. It names them on the ledger.
 *
 * @throws SalusError `ERR_NOT_FOUND`; `ERR_APPROVAL_NEEDED` where the patient does not agree: the records
 *   are registered then, and can be named in `records`; `ERR_CONFLICT` where it was not accepted, or has ended
 */
export async function answerReferral(
  { pseudonym, referralId }: ReferralRef,
  { files, records = [], role, ...described }: ReferralAnswer,
  office: ReferralOffice,
): Promise<Referral> {
  const referral = await office.ehr.getReferral({ pseudonym, referralId });
  const { serviceRequest, from, notAfter } = referral;
  const link = [...(described.link ?? []), `based-on=${serviceRequest}`];
  const answers = [...records];
  for (const file of files) {
    const wish = { ...described, file, link, home: office.home };
    const { recordId } = await registerFile(wish, office.patient, office.desk);
    answers.push(recordId);
  }
  const to = { mspId: from, ...(role !== undefined && { role }) };
  await askConsent('back', { to, records: answers, until: notAfter }, office);
  const answer = { pseudonym, referralId, records: answers };
  return (await office.ehr.answerReferral(answer)).value;
}
