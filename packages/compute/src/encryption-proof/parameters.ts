import { ComputeError } from '../bfv/errors.js';
import { bitsToHold } from '../bfv/integers.js';
import type { Profile } from '../bfv/profiles.js';

/** Repetitions of the protocol: 14 bits of soundness each, 140 together. */
export const REPETITIONS = 10;
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

/** One polynomial of a response, as docs/compute-proofs.md names it. */
export interface Part {
  /** Greatest magnitude of a coefficient of the witness. */
  readonly witness: bigint;
  /** Masks are uniform in [-2^maskBits, 2^maskBits). */
  readonly maskBits: number;
}

/** The parts of a witness, in the order in which a response has them. */
export const PARTS = ['u', 'e1', 'w'] as const;
export type PartName = (typeof PARTS)[number];

/**
 * How wide masks and responses are for a number of ciphertexts: a response adds up one witness of each.
 *
 * @param ciphertexts from 1 to {@link MOST_CIPHERTEXTS}
 */
export function partsFor(profile: Profile, ciphertexts: number): Readonly<Record<PartName, Part>> {
  const t = profile.plainModulus;
  const wider = Math.ceil(Math.log2(ciphertexts));
  return {
    u: { witness: 1n, maskBits: 19 + wider },
    e1: { witness: MOST_ERROR, maskBits: 23 + wider },
    // t times an error, and the rounding of the scaled message.
    w: { witness: MOST_ERROR * t + (t + 1n) / 2n, maskBits: 23 + bitsToHold(t) + wider },
  };
}

/** Bits of one coefficient of a response. */
export const widthOf = ({ maskBits }: Part): number => maskBits + 1;

/**
 * What a coefficient of a response may be: [-2^maskBits + slack, 2^maskBits - slack). Whatever the witness
 * is, each of these values comes from just one mask, so a response tells nothing of the witness.
 */
export function rangeOf(
  { witness, maskBits }: Part,
  ciphertexts: number,
): readonly [bigint, bigint] {
  const slack = witness * BigInt(ciphertexts);
  const most = 2n ** BigInt(maskBits);
  return [slack - most, most - slack];
}

/** Length in bytes of a proof. */
export function proofLength(profile: Profile, ciphertexts: number): number {
  const parts = partsFor(profile, ciphertexts);
  const bits = PARTS.reduce((sum, name) => sum + widthOf(parts[name]), 0);
  return CHALLENGE_LENGTH + (REPETITIONS * profile.degree * bits) / 8;
}

/** The hash from which the challenges are expanded stands first in a proof. */
export const CHALLENGE_LENGTH = 32;

/**
 * The noise that a proven ciphertext has at most, doubled: an accepted proof shows a short witness of twice
 * the ciphertext (docs/compute-proofs.md, "What is proven").
 *
 * @returns an integer: twice the ciphertext is q·m/t and a noise of at most this
 */
export function provenNoise(profile: Profile, ciphertexts = MOST_CIPHERTEXTS): bigint {
  const { u, e1, w } = partsFor(profile, ciphertexts);
  const [n, shares] = [BigInt(profile.degree), BigInt(profile.maxShares)];
  // The difference of two responses, times a polynomial with coefficients -1, 0 and 1.
  const extracted = ({ maskBits }: Part) => n * 2n * 2n ** BigInt(maskBits);
  const keyError = n * shares * MOST_ERROR * extracted(u);
  const secret = n * shares * extracted(e1);
  return keyError + secret + extracted(w) / profile.plainModulus + 1n;
}
