import { SalusError } from '@salus/protocol';
import type { KeyRecord, RecordedOpening } from '../state/records.js';
import type { ExaminedPartials } from './examine.js';

/**
 * Shares of an epoch that is over, from an old backup say, take no part.
 * @throws SalusError ERR_EPOCH_OUTDATED
 */
export function requireEpoch(key: KeyRecord, epoch: number): void {
  if (key.epoch === epoch) return;
  throw new SalusError('ERR_EPOCH_OUTDATED', 'these shares are not of the epoch of the key', {
    argument: 'epoch',
    expected: String(key.epoch),
    got: String(epoch),
  });
}

/** @throws SalusError ERR_CONFLICT */
export function requireUnrecorded(recorded: RecordedOpening | undefined): void {
  if (recorded?.openedHash === undefined) return;
  throw new SalusError('ERR_CONFLICT', 'what was opened is on record already', {
    argument: 'openingId',
  });
}

/** @throws SalusError ERR_PARTIAL_INVALID */
export function requireReleasable({ status, liars }: ExaminedPartials): void {
  if (status === 'RELEASABLE') return;
  const contradict = liars.length > 0 ? ` (contradicted by a majority: ${liars.join(', ')})` : '';
  throw new SalusError(
    'ERR_PARTIAL_INVALID',
    status === 'DISPUTED'
      ? `members that hold the same share answered differently${contradict}`
      : 'too few committee members have answered',
    { argument: 'partial', expected: 'RELEASABLE', got: status },
  );
}

/** @throws SalusError ERR_FORBIDDEN */
export function requireRecorder(recorded: RecordedOpening | undefined, mspId: string): void {
  const recorders = recorded?.recorders ?? [];
  if (recorders.includes(mspId)) return;
  throw new SalusError('ERR_FORBIDDEN', `${mspId} does not record this opening`, {
    argument: 'caller',
    expected: recorders.join(', '),
    got: mspId,
  });
}

/** The slots up to the last that is not zero. */
export function withoutTrailingZeros(slots: readonly number[]): number[] {
  const last = slots.findLastIndex((slot) => slot !== 0);
  return slots.slice(0, last + 1);
}

/** A recipient may not report other values than the recorders find. @throws SalusError ERR_RESULT_MISMATCH */
export function requireReported(reported: string, found: string): void {
  if (reported === found) return;
  throw new SalusError('ERR_RESULT_MISMATCH', 'the partial openings open to other values', {
    argument: 'openedHash',
    expected: found,
    got: reported,
  });
}
