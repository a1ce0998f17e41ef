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
 * Whether a proposal counts: its key is being made or in use, or it was proposed within a day. So nobody makes room by
 * having its own ceremonies fail.
 */
export function counts({ at }: Proposal, status: KeyStatus, now: string): boolean {
  const isOpen = status === 'PENDING' || status === 'ACTIVE';
  return isOpen || Date.parse(now) < Date.parse(at) + DAY_MS;
}

export function noRoomToPropose(proposer: string): SalusError {
  return new SalusError('ERR_TOO_MANY_KEYS', `${proposer} has proposed too many keys`, {
    argument: 'keyId',
    expected: `fewer than ${MOST_KEYS} keys that are open or were proposed within a day`,
    got: String(MOST_KEYS),
  });
}
