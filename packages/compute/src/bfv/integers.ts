/** The smallest b with `value <= 2^b`. */
export function bitsToHold(value: bigint): number {
  return value <= 1n ? 0 : (value - 1n).toString(2).length;
}
