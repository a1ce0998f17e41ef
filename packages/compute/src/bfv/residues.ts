/**
 * Polynomials as SEAL lays them out: little-endian 64-bit residues, modulus by modulus, `degree`
 * words each. All arithmetic is point by point.
 */

/** Copies bytes into words; the copy makes the alignment right. */
export function wordsOf(bytes: Uint8Array, offset = 0): BigUint64Array {
  const copy = Uint8Array.prototype.slice.call(bytes, offset);
  return new BigUint64Array(copy.buffer, 0, copy.length / 8);
}

/** The words' own bytes, not copied. */
export function bytesOf(words: BigUint64Array): Uint8Array {
  return new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
}

/** Puts a SEAL header before polynomials. */
export function withHeader(
  header: Uint8Array,
  ...polynomials: readonly BigUint64Array[]
): Uint8Array {
  const length = polynomials.reduce((sum, one) => sum + one.byteLength, header.length);
  const bytes = new Uint8Array(length);
  bytes.set(header);
  let offset = header.length;
  for (const polynomial of polynomials) {
    bytes.set(bytesOf(polynomial), offset);
    offset += polynomial.byteLength;
  }
  return bytes;
}

/** One after the other. */
export function joined(one: Uint8Array, other: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(one.length + other.length);
  bytes.set(one);
  bytes.set(other, one.length);
  return bytes;
}

/** Sets each residue of `target` to `compute(index, modulus)`, which may be negative. */
export function fillResidues(
  target: BigUint64Array,
  moduli: readonly bigint[],
  compute: (index: number, modulus: bigint) => bigint,
): BigUint64Array {
  const degree = target.length / moduli.length;
  let index = 0;
  for (const modulus of moduli) {
    for (const end = index + degree; index < end; index += 1) {
      const residue = compute(index, modulus) % modulus;
      target[index] = residue < 0n ? residue + modulus : residue;
    }
  }
  return target;
}

/** Sum of polynomials over the same moduli. */
export function addPolynomials(
  polynomials: readonly BigUint64Array[],
  moduli: readonly bigint[],
): BigUint64Array {
  const [first, ...others] = polynomials as [BigUint64Array, ...BigUint64Array[]];
  return fillResidues(new BigUint64Array(first.length), moduli, (index) => {
    let sum = at(first, index);
    for (const other of others) sum += at(other, index);
    return sum;
  });
}

export const UNREDUCED = 'a coefficient is not below its modulus';
export const DEGENERATE = 'a polynomial is degenerate';
export type Fault = typeof UNREDUCED | typeof DEGENERATE;

/**
 * What disqualifies polynomials that came from outside, or undefined. Residues are compared as halves
 * of 32 bits: that takes a tenth of the time that 64-bit integers take in JavaScript.
 */
export function findFault(
  bytes: Uint8Array,
  { moduli, degree }: { readonly moduli: readonly bigint[]; readonly degree: number },
): Fault | undefined {
  const halves = aligned(bytes);
  const size = 2 * degree;
  for (let start = 0; start < halves.length; start += moduli.length * size) {
    let zeros = 0;
    for (const [index, modulus] of moduli.entries()) {
      const row = halves.subarray(start + index * size, start + (index + 1) * size);
      const zerosOfRow = countZeros(row, modulus);
      if (zerosOfRow === undefined) return UNREDUCED;
      zeros += zerosOfRow;
    }
    if (zeros > MOST_ZEROS) return DEGENERATE;
  }
  return undefined;
}

/**
 * The upper halves decide all but one residue in a thousand, so the lower ones are rarely read.
 * @returns undefined if a residue is not below the modulus
 */
function countZeros(row: Uint32Array, modulus: bigint): number | undefined {
  const high = Number(modulus >> 32n);
  const low = Number(modulus & 0xffffffffn);
  let zeros = 0;
  for (let index = 1; index < row.length; index += 2) {
    const upper = row[index] as number;
    if (upper !== 0 && upper < high) continue;
    const lower = row[index - 1] as number;
    if (upper > high || (upper === high && lower >= low)) return undefined;
    if ((upper | lower) === 0) zeros += 1;
  }
  return zeros;
}

let scratch = new Uint32Array(0);

/** The bytes as 32-bit halves in memory that the next call uses again. */
function aligned(bytes: Uint8Array): Uint32Array {
  if (scratch.byteLength < bytes.length) scratch = new Uint32Array(Math.ceil(bytes.length / 4));
  new Uint8Array(scratch.buffer).set(bytes);
  return scratch.subarray(0, bytes.length / 4);
}

/**
 * A residue of an honest polynomial is zero with probability 2^-43: one zero among 40960 shows up
 * once in 2^27 polynomials, nine never. Polynomials made by hand are mostly zeros.
 */
export const MOST_ZEROS = 8;

/** Typed array access inside loops whose bounds the caller has fixed. */
export function at(words: BigUint64Array, index: number): bigint {
  return words[index] as bigint;
}
