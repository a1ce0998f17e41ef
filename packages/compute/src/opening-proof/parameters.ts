import type { Profile } from '../bfv/profiles.js';
import { MOST_ERROR } from '../encryption-proof/parameters.js';
import { extracted, widened, type Parts } from '../short-proof/parts.js';
import { FIRST_EPOCH } from '../threshold/reshared-contribution.js';

/** Shares that one proof covers at most: all that a member can hold. */
export const MOST_SHARES = 32;

/**
 * How wide masks and responses are for a number of shares. In the first epoch x is s and e is e_A, later they are the two
 * errors of the share's contribution; w is the smudging f. What the message's coefficients are above t moves f by less
 * than t for each share.
 */
export function openingParts(profile: Profile, shares: number, epoch: number): Parts {
  const { smudgingBits, plainModulus } = profile;
  const parts = {
    x:
      epoch === FIRST_EPOCH ? { witness: 1n, maskBits: 21 } : { witness: MOST_ERROR, maskBits: 25 },
    e: { witness: MOST_ERROR, maskBits: 25 },
    w: { witness: 2n ** BigInt(smudgingBits) + plainModulus, maskBits: smudgingBits + 17 },
  };
  return widened(parts, shares);
}

/**
 * The noise of twice a proven partial opening at most: what an accepted proof shows. The partial opening itself may be
 * half of q away, so twice the sum is opened. The message's coefficients above t, and its rounding, add N + 1 times t.
 */
export function provenOpeningNoise(profile: Profile): bigint {
  const { degree, plainModulus } = profile;
  const { w } = openingParts(profile, MOST_SHARES, FIRST_EPOCH);
  return extracted(w, degree) + BigInt(degree + 1) * plainModulus;
}
