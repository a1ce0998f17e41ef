import type { Profile } from '../bfv/profiles.js';
import { MOST_ERROR } from '../encryption-proof/parameters.js';
import { extracted, widened, type Parts } from '../short-proof/parts.js';

/** Shares that one proof covers at most: all that a member can hold. */
export const MOST_SHARES = 32;

/** How wide masks and responses are for a number of shares: x is s, e is e_A and w is the smudging f. */
export function openingParts({ smudgingBits }: Profile, shares: number): Parts {
  const parts = {
    x: { witness: 1n, maskBits: 19 },
    e: { witness: MOST_ERROR, maskBits: 23 },
    w: { witness: 2n ** BigInt(smudgingBits), maskBits: smudgingBits + 18 },
  };
  return widened(parts, shares);
}

/**
 * The noise of a proven partial opening at most. An accepted proof shows it of twice the partial opening, and
 * the secret of the contribution is unique, so half of it is the partial opening's own.
 */
export function provenOpeningNoise(profile: Profile): bigint {
  return extracted(openingParts(profile, MOST_SHARES).w, profile.degree) / 2n;
}
