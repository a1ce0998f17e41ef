import type { EhrClient } from '@salus/client/ehr';
import type { HealthRecord } from '@salus/protocol/ehr';
import { notFound } from '../errors/refusal.js';

type Reader = Pick<EhrClient, 'getRecord'>;
type Place = Pick<HealthRecord, 'pseudonym' | 'recordId'>;

/** A document's first version, whose ID is the document's, from any of its versions. */
export async function firstVersion(
  ehr: Reader,
  { pseudonym, recordId }: Place,
): Promise<HealthRecord> {
  let record = await ehr.getRecord({ pseudonym, recordId });
  while (record.amends !== undefined) {
    record = await ehr.getRecord({ pseudonym, recordId: record.amends });
  }
  return record;
}

/**
 * A document's version by its number, from any of its versions.
 *
 * @throws SalusError `ERR_NOT_FOUND`
 */
export async function versionOf(ehr: Reader, place: Place, number: string): Promise<HealthRecord> {
  let record = await firstVersion(ehr, place);
  while (String(record.version) !== number) {
    if (record.amendedBy === undefined) throw notFound('version of the document');
    record = await ehr.getRecord({ pseudonym: record.pseudonym, recordId: record.amendedBy });
  }
  return record;
}

/** A document's latest version, from any of its versions. */
export async function latestVersion(
  ehr: Reader,
  { pseudonym, recordId }: Place,
): Promise<HealthRecord> {
  let record = await ehr.getRecord({ pseudonym, recordId });
  while (record.amendedBy !== undefined) {
    record = await ehr.getRecord({ pseudonym: record.pseudonym, recordId: record.amendedBy });
  }
  return record;
}
