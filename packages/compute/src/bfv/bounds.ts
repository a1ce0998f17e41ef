import { type Bound, type ValueRange } from '@salus/protocol/computation';
import { ComputeError } from './errors.js';
import { bitsToHold } from './integers.js';
import type { Profile } from './profiles.js';

/** Greatest magnitude of SEAL's error: a centred binomial of 42 coins. */
const ERROR_MOST = 21n;

/**
 * The bound of a fresh encryption. Its noise (docs/compute.md): before SEAL divides by the special prime P
 * it is at most 21·(2·N·n + 1) for n shares, since |u| <= 1 and |s| <= n. The division rounds c0 and c1, at
 * most 1/2 + N·n/2. Scaling the plaintext rounds once more. Where encryption is proven, the bound is what
 * the proof shows of twice the ciphertext.
 *
 * @throws ComputeError ERR_BOUND_INVALID, ERR_VALUE_OUT_OF_RANGE
 */
export function freshBound(profile: Profile, range: ValueRange): Bound {
  checkRange(range);
  if (range.most > profile.maxValue || range.least < -profile.maxValue) {
    throw new ComputeError('ERR_VALUE_OUT_OF_RANGE', 'the profile encrypts no such values', {
      argument: 'bound',
      expected: `from -${profile.maxValue} to ${profile.maxValue}`,
      got: `from ${range.least} to ${range.most}`,
    });
  }
  const size = BigInt(profile.degree * profile.maxShares);
  const special = profile.coefficientModuli.at(-1) as bigint;
  const encryption = (ERROR_MOST * (2n * size + 1n)) / special + 1n;
  const rounding = size / 2n + 2n;
  const { least, most } = range;
  const noiseBits = profile.provenNoiseBits ?? bitsToHold(encryption + rounding);
  return { least, most, noiseBits };
}

/**
 * Refuses what would wrap around the plain modulus, or what smudging would no longer hide.
 * @throws ComputeError ERR_OVERFLOW, ERR_NOISE_EXHAUSTED
 */
export function requireCovered(profile: Profile, bound: Bound): Bound {
  const limit = Number((profile.plainModulus - 1n) / 2n);
  if (bound.most > limit || bound.least < -limit) {
    throw new ComputeError('ERR_OVERFLOW', 'the result could wrap around the plain modulus', {
      expected: `values from -${limit} to ${limit}`,
      got: `from ${bound.least} to ${bound.most}`,
    });
  }
  if (bound.noiseBits > profile.noiseCeilingBits) {
    throw new ComputeError('ERR_NOISE_EXHAUSTED', 'the noise of the result could not be hidden', {
      expected: `noise below 2^${profile.noiseCeilingBits} under ${profile.name}`,
      got: `up to 2^${bound.noiseBits}`,
    });
  }
  return bound;
}

/**
 * A bound that came from outside: integers in order, no less noise than a fresh encryption has, and
 * covered by the profile.
 * @throws ComputeError ERR_BOUND_INVALID, ERR_OVERFLOW, ERR_NOISE_EXHAUSTED
 */
export function checkBound(profile: Profile, bound: Bound): void {
  checkRange(bound);
  const { noiseBits } = freshBound(profile, { least: 0, most: 0 });
  if (!Number.isSafeInteger(bound.noiseBits) || bound.noiseBits < noiseBits) {
    throw new ComputeError('ERR_BOUND_INVALID', 'no ciphertext has so little noise', {
      argument: 'bound.noiseBits',
      expected: `an integer from ${noiseBits}`,
      got: String(bound.noiseBits),
    });
  }
  requireCovered(profile, bound);
}

function checkRange({ least, most }: ValueRange): void {
  if (!Number.isSafeInteger(least) || !Number.isSafeInteger(most) || least > most) {
    throw new ComputeError('ERR_BOUND_INVALID', 'a bound needs two integers in order', {
      argument: 'bound',
      expected: 'least <= most',
      got: `least ${String(least)}, most ${String(most)}`,
    });
  }
}
