import { createHash } from 'node:crypto';
import type { Profile } from './profiles.js';
import { wordsOf } from './residues.js';

const CANDIDATES_PER_BLOCK = 8192;

/**
 * Expands a public seed into the common polynomial `a` of a collective key, in SEAL's NTT form:
 * uniform residues, modulus by modulus.
 *
 * For modulus j and block n, SHAKE256 of `salus common polynomial v1`, the seed, j and n (each one byte)
 * gives 8192 little-endian 64-bit words. Each word is cut to the modulus' bit length and taken if it is
 * below the modulus, until the modulus has its residues. FIPS 203 section 4.2.2 does the same rejection
 * sampling.
 */
export function commonPolynomial(profile: Profile, seed: Uint8Array): BigUint64Array {
  const { degree, coefficientModuli } = profile;
  return uniformPolynomial('salus common polynomial v1', seed, degree, coefficientModuli);
}

/** Expands a seed into uniform residues; `domain` keeps one use from another. */
export function uniformPolynomial(
  domain: string,
  seed: Uint8Array,
  degree: number,
  moduli: readonly bigint[],
): BigUint64Array {
  const residues = new BigUint64Array(moduli.length * degree);
  for (const [index, modulus] of moduli.entries()) {
    residues.set(uniformResidues(domain, seed, index, modulus, degree), index * degree);
  }
  return residues;
}

function uniformResidues(
  domain: string,
  seed: Uint8Array,
  index: number,
  modulus: bigint,
  count: number,
): BigUint64Array {
  const mask = (1n << BigInt(modulus.toString(2).length)) - 1n;
  const residues = new BigUint64Array(count);
  let taken = 0;
  for (let block = 0; taken < count; block += 1) {
    for (const word of candidates(domain, seed, index, block)) {
      const residue = word & mask;
      if (residue < modulus && taken < count) {
        residues[taken] = residue;
        taken += 1;
      }
    }
  }
  return residues;
}

function candidates(
  domain: string,
  seed: Uint8Array,
  index: number,
  block: number,
): BigUint64Array {
  const hash = createHash('shake256', { outputLength: CANDIDATES_PER_BLOCK * 8 });
  hash.update(domain).update(seed).update(Uint8Array.of(index, block));
  return wordsOf(hash.digest());
}
