import type { StudyTerms } from '@salus/protocol/statistics';

/**
 * Steps are no finer than this, in whole numbers as contributed. With five unknown figures some tens of
 * thousands of multisets then explain a result, even where the figures lie close together (docs/statistics.md).
 */
const LEAST_STEP = 10;
/** Nor finer than the range in so many parts: figures are often multiples of more than one. */
const PARTS_OF_RANGE = 1000;

/** The finest step to which the figures of a range are rounded. */
export function leastStepOf({ least, most }: StudyTerms['range']): number {
  return Math.max(LEAST_STEP, Math.ceil((most - least) / PARTS_OF_RANGE));
}

/** What is published of exact sums: multiples of the step, in whole numbers as contributed. */
export interface Rounded {
  readonly mean: bigint;
  readonly standardDeviation: bigint;
}

/**
 * Mean and standard deviation of a cohort, each to the nearest multiple of the step, halves upwards. Whole
 * numbers only, so that every publisher's peer finds the same.
 *
 * @param sums - of figures that exist: `count·Σx²` is not less than `(Σx)²`
 */
export function round(
  sums: { readonly count: number; readonly sum: bigint; readonly sumOfSquares: bigint },
  step: number,
): Rounded {
  const { sum, sumOfSquares } = sums;
  const [count, unit] = [BigInt(sums.count), BigInt(step)];
  const width = count * unit;
  // count²·variance; the standard deviation is its root, over count.
  const spread = count * sumOfSquares - sum * sum;
  return {
    mean: nearest(2n * sum, width) * unit,
    standardDeviation: nearest(squareRoot(4n * spread), width) * unit,
  };
}

/** How many widths half of `twice` is, to the nearest, halves upwards. */
function nearest(twice: bigint, width: bigint): bigint {
  return floorOf(twice + width, 2n * width);
}

/** BigInt divides towards zero. */
function floorOf(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  return quotient * divisor > dividend ? quotient - 1n : quotient;
}

/** The whole part of a square root, by Newton's method from above. */
export function squareRoot(value: bigint): bigint {
  if (value < 2n) return value;
  let root = 1n << BigInt(Math.ceil(value.toString(2).length / 2));
  for (;;) {
    const next = (root + value / root) >> 1n;
    if (next >= root) return root;
    root = next;
  }
}
