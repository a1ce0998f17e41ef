/**
 * Arithmetic of GF(2^8) modulo x^8 + x^4 + x^3 + x^2 + 1 (0x11d) with the generator 2. It is the field of
 * Plank, "A Tutorial on Reed-Solomon Coding for Fault-Tolerance in RAID-like Systems" (1997), and of common
 * erasure codes.
 */
const POLYNOMIAL = 0x11d;
const ORDER = 255;

const exponents = new Uint8Array(2 * ORDER);
const logarithms = new Uint8Array(256);
for (let power = 0, value = 1; power < ORDER; power += 1) {
  exponents[power] = exponents[power + ORDER] = value;
  logarithms[value] = power;
  value <<= 1;
  if (value > 255) value ^= POLYNOMIAL;
}

/** One row of products for each factor. */
const products: readonly Uint8Array[] = Array.from({ length: 256 }, (_, a) =>
  Uint8Array.from({ length: 256 }, (__, b) => product(a, b)),
);

function product(a: number, b: number): number {
  if (a === 0 || b === 0) return 0;
  return exponents[(logarithms[a] ?? 0) + (logarithms[b] ?? 0)] ?? 0;
}

export function multiply(a: number, b: number): number {
  return products[a]?.[b] ?? 0;
}

/** @throws RangeError for 0, which has no inverse */
export function inverse(a: number): number {
  if (a === 0) throw new RangeError('0 has no inverse');
  return exponents[ORDER - (logarithms[a] ?? 0)] ?? 0;
}

/** `a` to the power of `n`; 0 to the power of 0 is 1. */
export function power(a: number, n: number): number {
  if (n === 0) return 1;
  if (a === 0) return 0;
  return exponents[((logarithms[a] ?? 0) * n) % ORDER] ?? 0;
}

/** Adds `factor * input` to `output`, byte by byte; both have the same length. */
export function multiplyAdd(factor: number, input: Uint8Array, output: Uint8Array): void {
  const row = products[factor];
  if (factor === 0 || row === undefined) return;
  for (let at = 0; at < output.length; at += 1) {
    output[at] = (output[at] ?? 0) ^ (row[input[at] ?? 0] ?? 0);
  }
}
