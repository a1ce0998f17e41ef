import { SalusError } from '@salus/protocol';
import type { KeyRecord, RecordedOpening } from '../state/records.js';
import type { ExaminedPartials } from './examine.js';

/**
 * Shares of an epoch that is over, from an old backup say, take no part. Nor does anybody answer an opening
 * of such an epoch: asked for again, the result has another one.
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

/** Whether its recorders have said what became of an opening, values or noise. */
export function isRecorded(recorded: RecordedOpening | undefined): boolean {
  return recorded?.openedHash !== undefined || recorded?.noisyAt !== undefined;
}

/** @throws SalusError ERR_CONFLICT */
export function requireUnrecorded(recorded: RecordedOpening | undefined): void {
  if (!isRecorded(recorded)) return;
  throw new SalusError('ERR_CONFLICT', 'what was opened is on record already', {
    argument: 'openingId',
  });
}

/** @throws SalusError ERR_PARTIAL_INVALID, ERR_OPENING_UNCONFIRMED */
export function requireReleasable({ status, unconfirmed, liars }: ExaminedPartials): void {
  if (status === 'RELEASABLE') return;
  const about = { argument: 'partial', expected: 'RELEASABLE' };
  if (status === 'DISPUTED') {
    const named = liars.length > 0 ? ` (contradicted by other holders: ${liars.join(', ')})` : '';
    throw new SalusError(
      'ERR_PARTIAL_INVALID',
      `members that hold the same share answered differently${named}`,
      { ...about, got: status },
    );
  }
  const of = unconfirmed.length > 0 ? `: ${unconfirmed.join(', ')}` : '';
  throw new SalusError(
    'ERR_OPENING_UNCONFIRMED',
    'too few committee members have answered to confirm each share, and no proof was shown',
    { ...about, got: `${status}${of}` },
  );
}

/** @throws SalusError ERR_FORBIDDEN */
export function requireRecorder(
  { recorders }: Pick<RecordedOpening, 'recorders'>,
  mspId: string,
): void {
  if (recorders.includes(mspId)) return;
  throw new SalusError('ERR_FORBIDDEN', `${mspId} does not record this opening`, {
    argument: 'caller',
    expected: recorders.join(', '),
    got: mspId,
  });
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
