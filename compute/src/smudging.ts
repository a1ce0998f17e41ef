import { createHash, createHmac } from 'node:crypto';
import type { Profile } from './profiles.js';
import { at, wordsOf } from './residues.js';

/**
 * The smudging noise of one member for one ciphertext: `degree` integers, uniform in
 * [-2^smudgingBits, 2^smudgingBits). It is derived, not drawn: asking a member again for the same
 * ciphertext gives the same noise, so that samples can't be averaged away.
 */
export function smudgingNoise(
  profile: Profile,
  smudgingKey: Uint8Array,
  keyId: string,
  ciphertextHash: string,
): bigint[] {
  const seed = createHmac('sha256', smudgingKey)
    .update(JSON.stringify(['salus smudging v1', profile.name, keyId, ciphertextHash]))
    .digest();
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
