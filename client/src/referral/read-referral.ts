import type { Referral, ReferralRef } from '@salus/protocol/ehr';
import { openRecord, type OpenedRecord, type RecordSources } from '../records/read-record.js';

/** As for any record; who asks tells which way the records went. */
export interface ReferralSources extends RecordSources {
  readonly client: RecordSources['client'] & { readonly mspId: string };
}

/** Records that a referral brings to an organisation: the request and what comes with it, or the answers. */
export function broughtTo(
  mspId: string,
  { from, serviceRequest, records, answers = [] }: Referral,
): readonly string[] {
  return mspId === from ? answers.flatMap((one) => one.records) : [serviceRequest, ...records];
}

/**
 * Reads all that a referral brings to the own organisation, each record under a decision of its own. Of a
 * record that was amended since, it reads the last version: the patient's grant follows it.
 *
 * @throws SalusError `ERR_NOT_FOUND`; as {@link openRecord}
 */
export async function* readReferral(
  sources: ReferralSources,
  { pseudonym, referralId }: ReferralRef,
): AsyncGenerator<OpenedRecord, void> {
  const { ehr, mspId } = sources.client;
  const referral = await ehr.getReferral({ pseudonym, referralId });
  for (const brought of broughtTo(mspId, referral)) {
    const { later } = await ehr.recordVersions({ pseudonym, recordId: brought });
    const recordId = later.at(-1)?.recordId ?? brought;
    yield await openRecord(sources, { pseudonym, recordId, purpose: 'TREAT' });
  }
}
