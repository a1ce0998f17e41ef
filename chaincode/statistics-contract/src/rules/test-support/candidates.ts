import { round } from '../rounding.js';

/** Sums as a study opens them. */
export interface Sums {
  readonly count: number;
  readonly sum: bigint;
  readonly sumOfSquares: bigint;
}

interface Range {
  readonly least: number;
  readonly most: number;
}

export function sumsOf(figures: readonly number[]): Sums {
  const whole = figures.map(BigInt);
  return {
    count: figures.length,
    sum: whole.reduce((sum, one) => sum + one, 0n),
    sumOfSquares: whole.reduce((sum, one) => sum + one * one, 0n),
  };
}

/** What is published of figures: mean and standard deviation in whole numbers. */
export function published(figures: readonly number[], step: number): string {
  const { mean, standardDeviation } = round(sumsOf(figures), step);
  return `${mean} ± ${standardDeviation}`;
}

/** Every multiset of three whole numbers with these exact sums, ascending. */
export function threesOf({ sum, sumOfSquares }: Sums, { least, most }: Range): number[][] {
  const [all, squares] = [Number(sum), Number(sumOfSquares)];
  const found: number[][] = [];
  for (let first = least; first * 3 <= all; first += 1) {
    // The other two have this sum and this sum of squares: their difference is a root.
    const [two, rest] = [all - first, squares - first * first];
    const difference = Math.sqrt(2 * rest - two * two);
    const [second, third] = [(two - difference) / 2, (two + difference) / 2];
    if (Number.isInteger(second) && second >= first && third <= most) {
      found.push([first, second, third]);
    }
  }
  return found;
}

/**
 * Multisets of others' figures that explain what is published, other than the true one: drawn about the true
 * mean and standard deviation by a generator with a fixed seed, and kept where they explain it.
 *
 * @param draws - how many are drawn; distinct ones are kept
 */
export function explanations(
  others: readonly number[],
  known: readonly number[],
  { step, range, draws }: { readonly step: number; readonly range: Range; readonly draws: number },
): number[][] {
  const truth = published([...known, ...others], step);
  const random = generator();
  const [mean, deviation] = momentsOf(others);
  const found = new Map<string, number[]>();
  for (let draw = 0; draw < draws; draw += 1) {
    const shape = others.map(() => random() + random() + random() - 1.5);
    const [center, width] = momentsOf(shape);
    const spread = deviation + (random() - 0.5) * step;
    const shift = (random() - 0.5) * step;
    const figures = shape
      .map((one) => Math.round(mean + shift + ((one - center) / width) * spread) + 0)
      .sort((one, other) => one - other);
    const isWithin = figures.every((one) => one >= range.least && one <= range.most);
    if (isWithin && published([...known, ...figures], step) === truth) {
      found.set(figures.join(), figures);
    }
  }
  return [...found.values()];
}

function momentsOf(values: readonly number[]): [mean: number, deviation: number] {
  const mean = values.reduce((sum, one) => sum + one, 0) / values.length;
  const variance = values.reduce((sum, one) => sum + (one - mean) ** 2, 0) / values.length;
  return [mean, Math.sqrt(variance)];
}

/** Park and Miller (1988). */
function generator(): () => number {
  let state = 20261129;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}
