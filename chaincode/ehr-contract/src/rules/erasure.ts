import { conflict, SalusError } from '@salus/protocol';
import type { HealthRecord } from '@salus/protocol/ehr';

/**
 * A record whose content the patient had erased; what stands on it stays verifiable. One that was erased
 * before keeps the time.
 */
export function erased(record: HealthRecord, at: string): HealthRecord {
  return { ...record, erasedAt: record.erasedAt ?? at };
}

/** As many versions as one order ends: a transaction writes each of them. */
export const MOST_VERSIONS = 500;

/**
 * Demands that an order names no more than one transaction ends.
 *
 * @throws SalusError ERR_TOO_LARGE
 */
export function requireFew(versions: HealthRecord[]): HealthRecord[] {
  if (versions.length <= MOST_VERSIONS) return versions;
  throw new SalusError('ERR_TOO_LARGE', 'The records of the order have too many versions', {
    argument: 'records',
    expected: `at most ${MOST_VERSIONS} versions`,
    got: String(versions.length),
    remedy: 'order the erasure of fewer records at a time',
  });
}

/** Whose copy of a record somebody wants to purge, and whether consent lets that organisation keep it. */
export interface Purge {
  readonly by: string;
  readonly holder: string;
  readonly isEntitled: boolean;
}

/**
 * Demands that an organisation may purge a copy of what opens and describes a record: the custodian or the
 * holder, where the erasure was ordered or consent lets the holder know it no longer.
 *
 * @throws SalusError ERR_FORBIDDEN, ERR_CONFLICT
 */
export function requirePurgeable(
  { custodian, erasedAt }: Pick<HealthRecord, 'custodian' | 'erasedAt'>,
  { by, holder, isEntitled }: Purge,
): void {
  if (by !== custodian && by !== holder) {
    throw new SalusError('ERR_FORBIDDEN', 'The custodian or the holder purges details', {
      argument: 'caller',
      expected: [...new Set([custodian, holder])].join(' or '),
      got: by,
    });
  }
  if (erasedAt !== undefined || (holder !== custodian && !isEntitled)) return;
  const message = 'Nobody has ordered the erasure of the record, and consent lets it be known';
  throw conflict('records', message, 'an erased record, or a copy without consent', 'neither');
}
