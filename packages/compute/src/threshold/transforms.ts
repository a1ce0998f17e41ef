import { HEADER_LENGTH, type Profile } from '../bfv/profiles.js';
import { bytesOf, withHeader, wordsOf } from '../bfv/residues.js';
import { loadCiphertext, save, type Seal } from '../bfv/seal.js';

/** SEAL's header of an uncompressed plaintext. */
const PLAIN_HEADER_LENGTH = 88;

/** The primes that ciphertexts, partial openings and shares carry: all but the special one. */
export function dataModuliOf(profile: Profile): readonly bigint[] {
  return profile.coefficientModuli.slice(0, -1);
}

/** The part of a polynomial over all moduli that belongs to the data moduli. */
export function dataPart(profile: Profile, polynomial: BigUint64Array): BigUint64Array {
  return polynomial.subarray(0, dataModuliOf(profile).length * profile.degree);
}

/**
 * Transforms a polynomial with small coefficients into NTT form over all moduli, the special one
 * included. It passes through SEAL as a plaintext: those are centred around zero when transformed.
 */
export function toNtt(seal: Seal, profile: Profile, coefficients: Int8Array): BigUint64Array {
  using plaintext = new seal.module.Plaintext();
  plaintext.resize(profile.degree);
  const bytes = save(seal.module, plaintext);
  const words = new BigUint64Array(profile.degree);
  coefficients.forEach((value, index) => {
    words[index] = value < 0 ? profile.plainModulus + BigInt(value) : BigInt(value);
  });
  bytes.set(bytesOf(words), PLAIN_HEADER_LENGTH);
  plaintext.loadFromArray(seal.context, bytes);
  using keyLevel = seal.context.keyParmsId();
  seal.evaluator.plainTransformToNttInplace(plaintext, keyLevel);
  const saved = save(seal.module, plaintext);
  const transformed = wordsOf(saved, PLAIN_HEADER_LENGTH);
  plaintext.setZero();
  for (const secret of [bytes, saved]) secret.fill(0);
  words.fill(0n);
  return transformed;
}

/**
 * Transforms two polynomials over the data moduli back into coefficients. SEAL transforms no
 * transparent ciphertext, so the second must not be zero.
 */
export function fromNtt(
  seal: Seal,
  one: BigUint64Array,
  other: BigUint64Array,
): [BigUint64Array, BigUint64Array] {
  const bytes = withHeader(seal.headers.transformed, one, other);
  using ciphertext = loadCiphertext(seal, bytes);
  seal.evaluator.cipherTransformFromNttInplace(ciphertext);
  const saved = save(seal.module, ciphertext);
  const words = wordsOf(saved, HEADER_LENGTH);
  for (const secret of [bytes, saved]) secret.fill(0);
  return [words.subarray(0, one.length), words.subarray(one.length)];
}
