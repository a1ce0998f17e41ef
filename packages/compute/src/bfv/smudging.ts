import { createHash, createHmac } from 'node:crypto';
import { uniformPolynomial } from './common-polynomial.js';
import type { Profile } from './profiles.js';
import { at, wordsOf } from './residues.js';

/**
 * The smudging noise of one share for one ciphertext: `degree` integers, uniform in [-2^smudgingBits,
 * 2^smudgingBits). The noise is derived, not drawn. Asking again for the same ciphertext, or asking another
 * holder of the share, gives the same noise. So nobody can average samples away.
 *
 * @param context what the noise is for: domain, profile, key, epoch, share, hash of the ciphertext
 */
export function smudgingNoise(
  profile: Profile,
  smudgingKey: Uint8Array,
  context: readonly unknown[],
): bigint[] {
  const seed = seedOf(smudgingKey, context);
  const hash = createHash('shake256', { outputLength: profile.degree * 16 });
  const words = wordsOf(hash.update(seed).digest());
  const bound = 1n << BigInt(profile.smudgingBits);
  const mask = 2n * bound - 1n;
  const noise = Array.from({ length: profile.degree }, (_, index) => {
    const wide = at(words, 2 * index) | (at(words, 2 * index + 1) << 64n);
    return (wide & mask) - bound;
  });
  words.fill(0n);
  seed.fill(0);
  return noise;
}

/**
 * What one share hides of a result: a uniform integer modulo t for each slot that recipients do not get, and zero for
 * the first `shown` ones. It is derived as the smudging noise is. Who misses one share knows nothing of the sum.
 *
 * @param context what the mask is for: domain, profile, key, epoch, share, hash of the ciphertext, slots shown
 */
export function slotMask(
  profile: Profile,
  smudgingKey: Uint8Array,
  context: readonly unknown[],
  shown: number,
): Float64Array {
  const seed = seedOf(smudgingKey, context);
  const slots = uniformSlots(profile, 'salus slot mask v1', seed, shown);
  seed.fill(0);
  return slots;
}

/** Expands a seed into uniform integers modulo t, slot by slot; the first `shown` slots are zero. */
export function uniformSlots(
  { degree, plainModulus }: Profile,
  domain: string,
  seed: Uint8Array,
  shown: number,
): Float64Array {
  const drawn = uniformPolynomial(domain, seed, degree, [plainModulus]);
  const slots = Float64Array.from(drawn, Number).fill(0, 0, shown);
  drawn.fill(0n);
  return slots;
}

function seedOf(smudgingKey: Uint8Array, context: readonly unknown[]): Buffer {
  return createHmac('sha256', smudgingKey).update(JSON.stringify(context)).digest();
}
