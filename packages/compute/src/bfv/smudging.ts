import { createHash, createHmac } from 'node:crypto';
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
  const seed = createHmac('sha256', smudgingKey).update(JSON.stringify(context)).digest();
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
