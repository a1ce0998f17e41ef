import { DAY_MS, SalusError } from '@salus/protocol';
import type { KeyStatus } from '@salus/protocol/computation';

/** A key that an organisation proposed. */
export interface Proposal {
  readonly keyId: string;
  readonly at: string;
}

/** Keys of one proposer that are open at once: each costs every member work, and a file for each of its shares. */
export const MOST_KEYS = 256;

/**
 * The proposals that count: keys that are being made or in use, and any other for a day. So nobody makes room by having
 * its own ceremonies fail.
 */
export function counting(
  proposals: readonly Proposal[],
  statusOf: ReadonlyMap<string, KeyStatus>,
  now: string,
): Proposal[] {
  return proposals.filter(({ keyId, at }) => {
    const status = statusOf.get(keyId);
    const isOpen = status === 'PENDING' || status === 'ACTIVE';
    return isOpen || Date.parse(now) < Date.parse(at) + DAY_MS;
  });
}

/** @throws SalusError ERR_TOO_MANY_KEYS */
export function requireRoomFor(proposals: readonly Proposal[], proposer: string): void {
  if (proposals.length < MOST_KEYS) return;
  throw new SalusError('ERR_TOO_MANY_KEYS', `${proposer} has proposed too many keys`, {
    argument: 'keyId',
    expected: `fewer than ${MOST_KEYS} keys that are open or were proposed within a day`,
    got: String(proposals.length),
  });
}
