import type { HealthRecord } from '@salus/ehr-contract';
import type { EhrClient } from '@salus/client';

type Reader = Pick<EhrClient, 'getRecord'>;
type Place = Pick<HealthRecord, 'pseudonym' | 'recordId'>;

/** A document's first version, whose ID is the document's, from any of its versions. */
export async function firstVersion(ehr: Reader, place: Place): Promise<HealthRecord> {
  let record = await ehr.getRecord(place);
  while (record.amends !== undefined) {
    record = await ehr.getRecord({ ...place, recordId: record.amends });
  }
  return record;
}

/** A document's latest version, from any of its versions. */
export async function latestVersion(ehr: Reader, place: Place): Promise<HealthRecord> {
  let record = await ehr.getRecord(place);
  while (record.amendedBy !== undefined) {
    record = await ehr.getRecord({ ...place, recordId: record.amendedBy });
  }
  return record;
}
