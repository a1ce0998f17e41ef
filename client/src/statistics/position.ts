import { percentileOf, standardScore, toFixedPoint } from '@salus/compute';
import { SalusError } from '@salus/protocol';
import type { StudyResult } from '@salus/protocol/statistics';

/** Where an institution stands in its cohort. */
export interface Position {
  readonly studyId: string;
  /** Standard deviations above the mean; below it, negative. */
  readonly zScore: number;
  /** Per cent of the cohort below, and half of the own bin; where the bins were published. */
  readonly percentile?: number;
}

/**
 * The own position, known to whoever knows the own figure: it is computed here, and nothing is sent. It is as
 * exact as the rounded figures are. A standard deviation that was rounded to 0 gives the z-score 0.
 *
 * @param figure - in the study's unit, e.g. 812.50
 * @throws SalusError `ERR_VALUE_OUT_OF_RANGE`
 * @example
 * const { zScore } = positionOf(await client.statistics.getResult('cost-2026-q1'), 812.5);
 */
export function positionOf(result: StudyResult, figure: number): Position {
  const { studyId, histogram } = result;
  const scaled = scaledFigure(figure, result.unit.decimals);
  const scale = 10 ** result.unit.decimals;
  return {
    studyId,
    zScore: standardScore(scaled / scale, result),
    ...(histogram && { percentile: percentileOf(histogram.edges, histogram.counts, scaled) }),
  };
}

/**
 * A figure as it is contributed: a whole number of 10^-decimals of the unit.
 * @throws SalusError `ERR_VALUE_OUT_OF_RANGE`
 */
export function scaledFigure(figure: number, decimals: number): number {
  if (Number.isFinite(figure) && Math.abs(figure) < 1e12) return toFixedPoint(figure, decimals);
  throw new SalusError('ERR_VALUE_OUT_OF_RANGE', 'The figure is not a number that can be used', {
    argument: 'figure',
    expected: "a number in the study's unit",
  });
}

/** A figure as a person writes it: digits, with a point before decimals; else no number. */
export function readFigure(text: string): number {
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
}
