import { ComputeError } from '../bfv/errors.js';
import type { Profile } from '../bfv/profiles.js';
import {
  CHALLENGE_LENGTH,
  PARTS,
  partsFor,
  proofLength,
  rangeOf,
  REPETITIONS,
  widthOf,
  type PartName,
} from './parameters.js';

/** Three polynomials with integer coefficients: a witness, a mask or a response. */
export type Triple = Readonly<Record<PartName, Float64Array>>;

export interface Proof {
  /** From which the challenges are expanded. */
  readonly challenge: Uint8Array;
  /** One for each repetition. */
  readonly responses: readonly Triple[];
}

export const emptyTriple = (degree: number): Triple => ({
  u: new Float64Array(degree),
  e1: new Float64Array(degree),
  w: new Float64Array(degree),
});

/**
 * A proof as it travels: the challenge's hash, then for each repetition the coefficients of u, e1 and w,
 * each as an integer of a fixed width above its least value, least significant bit first.
 */
export function encodeProof(
  profile: Profile,
  { challenge, responses }: Proof,
  ciphertexts: number,
): Uint8Array {
  const bytes = new Uint8Array(proofLength(profile, ciphertexts));
  bytes.set(challenge);
  const parts = partsFor(profile, ciphertexts);
  let at = CHALLENGE_LENGTH;
  for (const response of responses) {
    for (const name of PARTS) {
      const part = parts[name];
      at = writeBits(bytes, at, response[name], {
        width: widthOf(part),
        least: 2 ** part.maskBits,
      });
    }
  }
  return bytes;
}

/** @throws ComputeError ERR_PROOF_INVALID */
export function decodeProof(profile: Profile, bytes: Uint8Array, ciphertexts: number): Proof {
  const length = proofLength(profile, ciphertexts);
  if (!(bytes instanceof Uint8Array) || bytes.length !== length) {
    throw proofInvalid('the proof has the wrong length', {
      expected: `${length} bytes for ${ciphertexts} ciphertexts`,
      got: bytes instanceof Uint8Array ? `${bytes.length} bytes` : typeof bytes,
    });
  }
  const parts = partsFor(profile, ciphertexts);
  let at = CHALLENGE_LENGTH;
  const responses = Array.from({ length: REPETITIONS }, () => {
    const response = emptyTriple(profile.degree);
    for (const name of PARTS) {
      const part = parts[name];
      at = readBits(bytes, at, response[name], { width: widthOf(part), least: 2 ** part.maskBits });
      if (!isWithin(response[name], rangeOf(part, ciphertexts))) {
        throw proofInvalid('a response is too long', { expected: 'what an honest prover sends' });
      }
    }
    return response;
  });
  return { challenge: bytes.slice(0, CHALLENGE_LENGTH), responses };
}

/** Whether every coefficient is in [least, end). */
export function isWithin(
  coefficients: Float64Array,
  [least, end]: readonly [number, number],
): boolean {
  return coefficients.every((value) => value >= least && value < end);
}

export function proofInvalid(
  message: string,
  more: { readonly expected?: string; readonly got?: string } = {},
): ComputeError {
  return new ComputeError('ERR_PROOF_INVALID', message, { argument: 'proof', ...more });
}

interface Packing {
  readonly width: number;
  /** Added to a value to make it an unsigned one. */
  readonly least: number;
}

const CHUNK = 16;

function writeBits(
  bytes: Uint8Array,
  start: number,
  values: Float64Array,
  { width, least }: Packing,
): number {
  let at = start;
  let held = 0;
  let pending = 0;
  for (const value of values) {
    let rest = value + least;
    for (let left = width; left > 0; left -= CHUNK) {
      const taken = Math.min(left, CHUNK);
      const size = 2 ** taken;
      pending += (rest % size) * 2 ** held;
      rest = Math.floor(rest / size);
      for (held += taken; held >= 8; held -= 8) {
        bytes[at] = pending & 0xff;
        pending = Math.floor(pending / 256);
        at += 1;
      }
    }
  }
  return at;
}

function readBits(
  bytes: Uint8Array,
  start: number,
  values: Float64Array,
  { width, least }: Packing,
): number {
  let at = start;
  let held = 0;
  let pending = 0;
  for (let index = 0; index < values.length; index += 1) {
    let value = 0;
    for (let done = 0; done < width; done += CHUNK) {
      const taken = Math.min(width - done, CHUNK);
      for (; held < taken; held += 8) {
        pending += (bytes[at] as number) * 2 ** held;
        at += 1;
      }
      const size = 2 ** taken;
      value += (pending % size) * 2 ** done;
      pending = Math.floor(pending / size);
      held -= taken;
    }
    values[index] = value - least;
  }
  return at;
}
