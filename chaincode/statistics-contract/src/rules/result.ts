import { ComputeError, decodeStatistics, type Profile, type Statistics } from '@salus/compute';
import { STATISTICS_SLOTS } from '@salus/protocol/computation';
import {
  figureSlots,
  type Defect,
  type StudyResult,
  type StudyTerms,
} from '@salus/protocol/statistics';
import { round } from './rounding.js';

/** What is published, but for the opening that it comes from. */
export type Figures = Omit<StudyResult, 'studyId' | 'openingId' | 'unit'>;
export type Judgement = { readonly figures: Figures } | { readonly defect: Defect };

/**
 * Reads the opened sums of `count` contributions and refuses what no figures within the range come
 * to. A contributor whose x² is not the square of its x shows only so: who it was is not told.
 */
export function judgeSums(
  terms: StudyTerms,
  profile: Profile,
  slots: readonly number[],
  count: number,
): Judgement {
  const statistics = decode(profile, slots, count);
  if (statistics === undefined) return { defect: 'SUMS_IMPOSSIBLE' };
  const used = figureSlots(terms.kind);
  if (slots.slice(used).some((slot) => slot !== 0)) return { defect: 'STRAY_VALUES' };
  const bins = slots.slice(STATISTICS_SLOTS, used);
  const defect = findDefect(terms, statistics) ?? findBinDefect(terms, statistics, bins);
  return defect === undefined ? { figures: describe(terms, statistics, bins) } : { defect };
}

function decode(profile: Profile, slots: readonly number[], count: number): Statistics | undefined {
  try {
    return decodeStatistics(profile, slots, count);
  } catch (error) {
    if (error instanceof ComputeError) return undefined;
    throw error;
  }
}

/**
 * Bhatia and Davis (2000): figures from m to M with mean μ have a variance of at most (M - μ)(μ - m).
 * In whole numbers, times count².
 */
function findDefect(
  { range }: StudyTerms,
  { count, sum, sumOfSquares }: Statistics,
): Defect | undefined {
  const inputs = BigInt(count);
  const above = inputs * BigInt(range.most) - sum;
  const below = sum - inputs * BigInt(range.least);
  if (above < 0n || below < 0n) return 'MEAN_OUT_OF_RANGE';
  const spread = inputs * sumOfSquares - sum * sum;
  return spread > above * below ? 'VARIANCE_TOO_GREAT' : undefined;
}

/** Every contributor is in one bin, and the bins' bounds allow for the sum. */
function findBinDefect(
  { kind, range }: StudyTerms,
  { count, sum }: Statistics,
  bins: readonly number[],
): Defect | undefined {
  if (kind.name !== 'histogram') return undefined;
  const total = bins.reduce((all, one) => all + one, 0);
  const lows = [range.least, ...kind.edges];
  const highs = [...kind.edges.map((edge) => edge - 1), range.most];
  const least = bins.reduce((all, one, bin) => all + BigInt(one) * BigInt(lows[bin] ?? 0), 0n);
  const most = bins.reduce((all, one, bin) => all + BigInt(one) * BigInt(highs[bin] ?? 0), 0n);
  const isConsistent = total === count && bins.every((one) => one >= 0);
  return isConsistent && least <= sum && sum <= most ? undefined : 'HISTOGRAM_INCONSISTENT';
}

function describe(
  { unit, kind, step }: StudyTerms,
  statistics: Statistics,
  bins: readonly number[],
): Figures {
  const scale = 10 ** unit.decimals;
  const rounded = round(statistics, step);
  const standardDeviation = Number(rounded.standardDeviation);
  return {
    count: statistics.count,
    step: step / scale,
    mean: Number(rounded.mean) / scale,
    standardDeviation: standardDeviation / scale,
    variance: standardDeviation ** 2 / scale ** 2,
    ...(kind.name === 'histogram' && { histogram: { edges: kind.edges, counts: bins } }),
  };
}
