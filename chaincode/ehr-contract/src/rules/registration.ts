import { conflict, hashOf, SalusError } from '@salus/protocol';
import type { HealthRecord, Patient, RecordAnchor, RecordDetails } from '@salus/protocol/ehr';
import { epochOf } from './category-keys.js';

/**
 * Demands that a record is sealed to the present epoch of its category's key: not to one that a former
 * grantee holds.
 *
 * @throws SalusError ERR_CONFLICT
 */
export function requireCurrentEpoch(
  patient: Pick<Patient, 'categoryKeys'>,
  { categoryTag, categoryEpoch }: Pick<RecordAnchor, 'categoryTag' | 'categoryEpoch'>,
): void {
  const present = epochOf(patient, categoryTag);
  if (categoryEpoch === present) return;
  const message = "The record is not of the present epoch of its category's key";
  throw conflict('categoryEpoch', message, String(present), String(categoryEpoch));
}

/**
 * Demands that a record may become the next version of another. The other one must be the last so far. The
 * caller must keep it, or be named by who does.
 *
 * @throws SalusError ERR_FORBIDDEN, ERR_CONFLICT
 */
export function requireSuccessor(
  before: HealthRecord,
  { version }: Pick<RecordAnchor, 'version'>,
  mspId: string,
): void {
  if (before.custodian !== mspId && !(before.amendableBy?.includes(mspId) ?? false)) {
    throw new SalusError(
      'ERR_FORBIDDEN',
      'Only the custodian of a record amends it, or whom it named',
      { argument: 'amends', expected: before.custodian, got: mspId },
    );
  }
  if (before.amendedBy !== undefined) {
    throw conflict('amends', 'The record was amended before', 'the last version', 'an older one');
  }
  if (before.erasedAt !== undefined) {
    throw conflict('amends', 'The record was erased', 'a record with content', 'an erased one');
  }
  if (version !== before.version + 1) {
    const message = 'The version does not follow the one before';
    throw conflict('version', message, String(before.version + 1), String(version));
  }
}

/**
 * Demands that the caller's organisation keeps a record that is not erased.
 *
 * @throws SalusError ERR_FORBIDDEN, ERR_CONFLICT
 */
export function requireKept(
  record: Pick<HealthRecord, 'custodian' | 'erasedAt'>,
  mspId: string,
): void {
  if (record.custodian !== mspId) {
    throw new SalusError('ERR_FORBIDDEN', 'Only the custodian of a record deposits its details', {
      argument: 'caller',
      expected: record.custodian,
      got: mspId,
    });
  }
  if (record.erasedAt === undefined) return;
  throw conflict('recordId', 'The record was erased', 'a record with content', 'an erased one');
}

/**
 * Demands that private details are the ones that were anchored.
 *
 * @throws SalusError ERR_HASH_MISMATCH
 */
export function requireAnchored(
  record: Pick<HealthRecord, 'detailsHash'>,
  details: RecordDetails,
): void {
  if (record.detailsHash === hashOf(details)) return;
  throw new SalusError(
    'ERR_HASH_MISMATCH',
    `The details of record ${details.recordId} are not the ones that were registered`,
    { argument: 'details', expected: record.detailsHash, got: hashOf(details) },
  );
}
