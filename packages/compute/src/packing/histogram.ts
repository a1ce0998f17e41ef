import { outOfRange } from './refusals.js';

/**
 * The bin of a value. Bin 0 lies below the first edge, bin i from edge i-1 (included) to edge i, the last
 * bin from the last edge on.
 *
 * @throws ComputeError ERR_VALUE_OUT_OF_RANGE
 */
export function binOf(edges: readonly number[], value: number): number {
  const ascending = edges.every(
    (edge, index) => index === 0 || edge > (edges[index - 1] as number),
  );
  if (edges.length === 0 || !ascending) {
    throw outOfRange('wrong edges', 'edges', 'one or more, ascending', edges);
  }
  if (!Number.isFinite(value)) throw outOfRange('no value', 'value', 'a finite number', value);
  const bin = edges.findIndex((edge) => value < edge);
  return bin === -1 ? edges.length : bin;
}

/** One value as slots: 1 in its bin, 0 in the others; encrypt with the bound 0 to 1. */
export function packHistogram(edges: readonly number[], value: number): number[] {
  const chosen = binOf(edges, value);
  return Array.from({ length: edges.length + 1 }, (_, bin) => (bin === chosen ? 1 : 0));
}

/** Per cent of the values in lower bins, plus half of those in the value's own bin. */
export function percentileOf(
  edges: readonly number[],
  counts: readonly number[],
  value: number,
): number {
  const own = binOf(edges, value);
  const total = counts.reduce((sum, one) => sum + one, 0);
  if (total < 1) throw outOfRange('an empty histogram', 'counts', 'one value or more', total);
  const below = counts.slice(0, own).reduce((sum, one) => sum + one, 0);
  return (100 * (below + (counts[own] ?? 0) / 2)) / total;
}
