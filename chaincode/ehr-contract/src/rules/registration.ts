import { hashOf, SalusError } from '@salus/chaincode-common';
import type { HealthRecord, Patient, RecordDetails } from '../api.js';

/**
 * Demands that a patient's key may sign.
 *
 * @throws SalusError ERR_STATEMENT_INVALID
 */
export function requireActiveKey(patient: Pick<Patient, 'key'>): void {
  if (patient.key.status === 'ACTIVE') return;
  throw new SalusError(
    'ERR_STATEMENT_INVALID',
    'The statement is refused: the key of the patient is no longer active',
    { argument: 'statement', expected: 'a statement by an active key', got: 'a revoked key' },
  );
}

/**
 * Demands that private details belong to a record that the caller's organisation keeps and are the ones
 * that were anchored.
 *
 * @throws SalusError ERR_FORBIDDEN, ERR_HASH_MISMATCH
 */
export function requireAnchored(
  record: Pick<HealthRecord, 'custodian' | 'detailsHash'>,
  details: RecordDetails,
  mspId: string,
): void {
  if (record.custodian !== mspId) {
    throw new SalusError('ERR_FORBIDDEN', 'Only the custodian of a record deposits its details', {
      argument: 'caller',
      expected: record.custodian,
      got: mspId,
    });
  }
  if (record.detailsHash === hashOf(details)) return;
  throw new SalusError(
    'ERR_HASH_MISMATCH',
    `The details of record ${details.recordId} are not the ones that were registered`,
    { argument: 'details', expected: record.detailsHash, got: hashOf(details) },
  );
}
