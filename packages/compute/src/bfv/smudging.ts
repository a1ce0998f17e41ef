import { createHash, createHmac } from 'node:crypto';
import { uniformPolynomial } from './common-polynomial.js';
import type { Profile } from './profiles.js';

/**
 * What the smudging noise of one share for one ciphertext is made of: 128 bits for each coefficient, of which the lowest
 * smudgingBits + 1 count. The noise is derived, not drawn. Asking again for the same ciphertext, or asking another
 * holder of the share, gives the same noise. So nobody can average samples away.
 *
 * @param context what the noise is for: domain, profile, key, epoch, share, hash of the ciphertext
 */
export function smudgingWords(
  { degree }: Profile,
  smudgingKey: Uint8Array,
  context: readonly unknown[],
): Uint8Array {
  const seed = seedOf(smudgingKey, context);
  const words = createHash('shake256', { outputLength: degree * 16 })
    .update(seed)
    .digest();
  seed.fill(0);
  return words;
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
