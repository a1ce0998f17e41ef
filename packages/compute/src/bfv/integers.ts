/** The smallest b with `value <= 2^b`. */
export function bitsToHold(value: bigint): number {
  return value <= 1n ? 0 : (value - 1n).toString(2).length;
}

/** base^exponent modulo p. */
export function power(base: bigint, exponent: bigint, p: bigint): bigint {
  let result = 1n;
  let square = base % p;
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % p;
    square = (square * square) % p;
  }
  return result;
}
