import { STATISTICS_SLOTS } from '@salus/protocol/computation';
import type { Profile } from '../bfv/profiles.js';
import { outOfRange } from './refusals.js';

export interface Statistics {
  readonly count: number;
  readonly sum: bigint;
  readonly sumOfSquares: bigint;
  readonly mean: number;
  /** Of the cohort as a whole: Σ(x - mean)² / count. */
  readonly variance: number;
  readonly standardDeviation: number;
}

/**
 * Measures as slots of a vector to encrypt, three each, for `statistics.v1`. A square exceeds the
 * profile's range, so it travels in two limbs of as many bits as a value has.
 *
 * @throws ComputeError ERR_VALUE_OUT_OF_RANGE
 */
export function packStatistics(profile: Profile, measures: readonly number[]): number[] {
  const limb = BigInt(profile.maxValue + 1);
  return measures.flatMap((value, index) => {
    if (!Number.isInteger(value) || Math.abs(value) > profile.maxValue) {
      throw outOfRange(
        'a measure does not fit its slots',
        `measures[${index}]`,
        `an integer from -${profile.maxValue} to ${profile.maxValue}`,
        value,
      );
    }
    const square = BigInt(value) ** 2n;
    return [value, Number(square % limb), Number(square / limb)];
  });
}

/**
 * Mean and variance of measure `measure` from the opened sum of `count` packed inputs, computed
 * with integers up to the one division.
 *
 * @throws ComputeError ERR_VALUE_OUT_OF_RANGE if no honest inputs have these sums: `count·Σx²` is
 *   never less than `(Σx)²` (Cauchy-Schwarz)
 */
export function decodeStatistics(
  profile: Profile,
  sums: readonly number[],
  count: number,
  measure = 0,
): Statistics {
  const slots = sums.slice(measure * STATISTICS_SLOTS, (measure + 1) * STATISTICS_SLOTS);
  if (slots.length !== STATISTICS_SLOTS || !slots.every(Number.isSafeInteger)) {
    throw outOfRange('the measure has no slots', 'sums', `${STATISTICS_SLOTS} integers`, slots);
  }
  if (!Number.isInteger(count) || count < 1) {
    throw outOfRange('wrong number of inputs', 'count', 'one or more', count);
  }
  const [sum, low, high] = slots.map(BigInt) as [bigint, bigint, bigint];
  const sumOfSquares = low + high * BigInt(profile.maxValue + 1);
  const inputs = BigInt(count);
  const spread = inputs * sumOfSquares - sum * sum;
  if (low < 0n || high < 0n || spread < 0n) {
    throw outOfRange('no honest inputs have these sums', 'sums', 'count·Σx² >= (Σx)²', slots);
  }
  const variance = ratio(spread, inputs * inputs);
  return {
    count,
    sum,
    sumOfSquares,
    mean: ratio(sum, inputs),
    variance,
    standardDeviation: Math.sqrt(variance),
  };
}

/** How many standard deviations a value lies from the mean; 0 where all values are the same. */
export function standardScore(
  value: number,
  statistics: Pick<Statistics, 'mean' | 'standardDeviation'>,
): number {
  const { mean, standardDeviation } = statistics;
  return standardDeviation === 0 ? 0 : (value - mean) / standardDeviation;
}

/** Whole part and remainder apart: both are exact, or nearly, where a big quotient is not. */
function ratio(dividend: bigint, divisor: bigint): number {
  return Number(dividend / divisor) + Number(dividend % divisor) / Number(divisor);
}
