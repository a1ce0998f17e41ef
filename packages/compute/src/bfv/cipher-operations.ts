import type { ValueRange } from '@salus/protocol/computation';
import { freshBound } from './bounds.js';
import { checkPolynomials, checkValues, verifyPolynomials, type Expected } from './checks.js';
import type { BoundHashed, Hashed } from './hashed.js';
import { sha256Hex } from './hashing.js';
import type { Profile } from './profiles.js';
import { loadCiphertext, save, type Seal } from './seal.js';

/** Encrypts a vector under a collective key. */
export function encrypt(
  seal: Seal,
  profile: Profile,
  request: {
    readonly publicKey: Uint8Array;
    readonly values: readonly number[];
    readonly bound?: ValueRange;
  },
): BoundHashed {
  const bound = freshBound(profile, request.bound ?? { least: 0, most: profile.maxValue });
  checkValues(profile, request.values, bound);
  verifyPolynomials(profile, request.publicKey, {
    code: 'ERR_PUBLIC_KEY_INVALID',
    argument: 'publicKey',
    length: profile.publicKeyLength,
    moduli: profile.coefficientModuli,
    header: seal.headers.publicKey,
  });
  using publicKey = new seal.module.PublicKey();
  publicKey.loadFromArray(seal.context, request.publicKey);
  using encryptor = new seal.module.Encryptor(seal.context, publicKey);
  using plaintext = new seal.module.Plaintext();
  using ciphertext = new seal.module.Ciphertext();
  const slots = new BigUint64Array(profile.degree);
  request.values.forEach((value, slot) => (slots[slot] = residueOf(profile, value)));
  seal.encoder.encode(slots, plaintext);
  encryptor.encrypt(plaintext, ciphertext);
  return { ...hashed(save(seal.module, ciphertext)), bound };
}

/** A negative value is the plain modulus less its magnitude. */
function residueOf(profile: Profile, value: number): bigint {
  return BigInt(value) + (value < 0 ? profile.plainModulus : 0n);
}

/** Refuses what is not a ciphertext of the profile, then lets SEAL load it. */
export function checkCiphertext(seal: Seal, profile: Profile, bytes: Uint8Array): string {
  verifyCiphertext(seal, profile, bytes, 'ciphertext');
  loadCiphertext(seal, bytes).delete();
  return sha256Hex(bytes);
}

/** Refuses what is not a ciphertext of the profile. */
export function verifyCiphertext(
  seal: Seal,
  profile: Profile,
  bytes: Uint8Array,
  argument: string,
): void {
  verifyPolynomials(profile, bytes, expectedCiphertext(seal, profile, argument));
}

/** @returns c0 and c1 in coefficient form */
export function ciphertextPolynomials(
  seal: Pick<Seal, 'headers'>,
  profile: Profile,
  bytes: Uint8Array,
  argument: string,
): [BigUint64Array, BigUint64Array] {
  return checkPolynomials(profile, bytes, expectedCiphertext(seal, profile, argument)) as [
    BigUint64Array,
    BigUint64Array,
  ];
}

/** What the bytes of a ciphertext must be. */
export function expectedCiphertext(
  seal: Pick<Seal, 'headers'>,
  profile: Profile,
  argument: string,
): Expected {
  return {
    code: 'ERR_CIPHERTEXT_INVALID',
    argument,
    length: profile.ciphertextLength,
    moduli: profile.coefficientModuli.slice(0, -1),
    header: seal.headers.ciphertext,
  };
}

export function hashed(bytes: Uint8Array): Hashed {
  return { bytes, hash: sha256Hex(bytes) };
}
