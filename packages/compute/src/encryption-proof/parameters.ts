import { ComputeError } from '../bfv/errors.js';
import { bitsToHold } from '../bfv/integers.js';
import type { Profile } from '../bfv/profiles.js';
import { extracted, lengthOf, widened, type Parts } from '../short-proof/parts.js';

/** Ciphertexts that one proof covers at most. */
export const MOST_CIPHERTEXTS = 4;
/** Greatest magnitude of an error: SEAL's centred binomial of 42 coins. */
export const MOST_ERROR = 21n;

/** @throws ComputeError ERR_PROFILE_UNKNOWN under a profile without proofs */
export function requireProven({ name, proven }: Profile): void {
  if (proven) return;
  throw new ComputeError('ERR_PROFILE_UNKNOWN', 'the profile has no proofs of encryption', {
    argument: 'profile',
    expected: 'a profile with proofs, such as bfv-8192-proven-v1',
    got: name,
  });
}

/**
 * How wide masks and responses are for a number of ciphertexts: x is u, e is e1 and w is t·c0 - t·b·u.
 *
 * @param ciphertexts from 1 to {@link MOST_CIPHERTEXTS}
 */
export function encryptionParts({ plainModulus: t }: Profile, ciphertexts: number): Parts {
  const parts = {
    x: { witness: 1n, maskBits: 19 },
    e: { witness: MOST_ERROR, maskBits: 23 },
    // t times an error, and the rounding of the scaled message.
    w: { witness: MOST_ERROR * t + (t + 1n) / 2n, maskBits: 23 + bitsToHold(t) },
  };
  return widened(parts, ciphertexts);
}

/** Length in bytes of a proof. */
export const proofLength = (profile: Profile, ciphertexts: number): number =>
  lengthOf(encryptionParts(profile, ciphertexts), profile.degree);

/**
 * The noise that a proven ciphertext has at most, doubled: an accepted proof shows a short witness of twice
 * the ciphertext (docs/compute-proofs.md, "What is proven").
 *
 * @returns an integer: twice the ciphertext is q·m/t and a noise of at most this
 */
export function provenNoise(profile: Profile, ciphertexts = MOST_CIPHERTEXTS): bigint {
  const { degree, maxShares, plainModulus } = profile;
  const { x, e, w } = encryptionParts(profile, ciphertexts);
  const size = BigInt(degree * maxShares);
  const keyError = size * MOST_ERROR * extracted(x, degree);
  return keyError + size * extracted(e, degree) + extracted(w, degree) / plainModulus + 1n;
}
