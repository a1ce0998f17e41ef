import { createHash } from 'node:crypto';
import { ComputeError } from '../bfv/errors.js';

/** Coefficients −1, 0 and 1, four to a byte: 0, 1, and 2 for −1, lowest bits first. */
const PER_BYTE = 4;

export function packedLength(degree: number): number {
  return degree / PER_BYTE;
}

export function packTernary(coefficients: Int8Array): Uint8Array {
  return Uint8Array.from({ length: packedLength(coefficients.length) }, (_, index) => {
    const four = coefficients.subarray(PER_BYTE * index, PER_BYTE * (index + 1));
    return four.reduceRight((byte, value) => (byte << 2) | ((value + 3) % 3), 0);
  });
}

/** @throws ComputeError ERR_SHARE_INVALID if a coefficient is none of the three */
export function unpackTernary(bytes: Uint8Array): Int8Array {
  const coefficients = new Int8Array(bytes.length * PER_BYTE);
  bytes.forEach((byte, index) => {
    for (let place = 0; place < PER_BYTE; place += 1) {
      const digit = (byte >> (2 * place)) & 3;
      if (digit === 3) {
        throw new ComputeError('ERR_SHARE_INVALID', 'the secret is not ternary', {
          argument: 'package',
        });
      }
      coefficients[PER_BYTE * index + place] = digit === 2 ? -1 : digit;
    }
  });
  return coefficients;
}

/**
 * Ternary coefficients that everybody derives alike from a text: bytes of SHAKE256 below 255, modulo
 * three.
 */
export function derivedTernary(text: string, degree: number): Int8Array {
  const coefficients = new Int8Array(degree);
  let taken = 0;
  for (let block = 0; taken < degree; block += 1) {
    const hash = createHash('shake256', { outputLength: degree });
    for (const byte of hash.update(JSON.stringify([text, block])).digest()) {
      if (byte === 255 || taken === degree) continue;
      coefficients[taken] = (byte % 3) - 1;
      taken += 1;
    }
  }
  return coefficients;
}
