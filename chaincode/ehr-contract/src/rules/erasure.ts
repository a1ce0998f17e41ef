import { conflict, SalusError } from '@salus/protocol';
import type { HealthRecord } from '@salus/protocol/ehr';

/**
 * A record whose content the patient had erased; what stands on it stays verifiable. One that was erased
 * before keeps the time.
 */
export function erased(record: HealthRecord, at: string): HealthRecord {
  return { ...record, erasedAt: record.erasedAt ?? at };
}

/**
 * Demands that a caller's organisation keeps a record, and that its erasure was ordered.
 *
 * @throws SalusError ERR_FORBIDDEN, ERR_CONFLICT
 */
export function requirePurgeable(
  { custodian, erasedAt }: Pick<HealthRecord, 'custodian' | 'erasedAt'>,
  mspId: string,
): void {
  if (custodian !== mspId) {
    throw new SalusError('ERR_FORBIDDEN', 'Only the custodian of a record purges its details', {
      ...{ argument: 'caller', expected: custodian, got: mspId },
    });
  }
  if (erasedAt !== undefined) return;
  const message = 'Nobody has ordered the erasure of the record';
  throw conflict('records', message, 'an erased record', 'one that stands');
}
