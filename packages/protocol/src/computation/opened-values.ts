import { hashOf } from '../base/hash.js';
import type { OpenedValues, Opening } from './api.js';

/** What the ledger keeps the hash of: the slots without the zeros at the end, and the salt. */
export function openedValues(
  openingId: string,
  slots: readonly number[],
  salt: string,
): OpenedValues {
  const last = slots.findLastIndex((slot) => slot !== 0);
  return { openingId, values: slots.slice(0, last + 1), salt };
}

/** The salted hash that is put on record. */
export function hashOfOpened(opened: OpenedValues): string {
  return hashOf(opened);
}

/**
 * Tells whether values are those that were opened: what an auditor checks later, with the values and
 * the salt that a recipient shows.
 *
 * @example
 * const opening = await client.computation('claims').getOpening(openingId);
 * if (!isWhatWasOpened(opening, shown)) throw new Error('these are not the opened values');
 */
export function isWhatWasOpened(
  { openingId, openedHash }: Pick<Opening, 'openingId' | 'openedHash'>,
  shown: OpenedValues,
): boolean {
  return shown.openingId === openingId && hashOfOpened(shown) === openedHash;
}
