/** The range of the values in every slot. */
export interface ValueRange {
  readonly least: number;
  readonly most: number;
}

/**
 * What is known of a ciphertext without opening it; it travels with the ciphertext and is kept on
 * the ledger. All figures are integers, so that every endorser computes the same ones.
 */
export interface Bound extends ValueRange {
  /** No coefficient of the noise exceeds 2^noiseBits, whatever was drawn. */
  readonly noiseBits: number;
}

/**
 * What can be computed. A name never changes its meaning: another meaning gets another version.
 *
 * - `sum.v1`: adds the inputs slot by slot.
 * - `weighted-sum.v1`: the same with an integer weight for each input, not zero.
 * - `difference.v1`: the first input less the second.
 * - `mask.v1`: keeps the named slots of one input (ascending) and makes all others zero.
 * - `statistics.v1`: adds what `packStatistics` packed, for mean and variance.
 * - `histogram.v1`: adds what `packHistogram` packed, one bin chosen by each input.
 */
export type Program =
  | { readonly name: 'sum.v1' }
  | { readonly name: 'weighted-sum.v1'; readonly weights: readonly number[] }
  | { readonly name: 'difference.v1' }
  | { readonly name: 'mask.v1'; readonly slots: readonly number[] }
  | { readonly name: 'statistics.v1' }
  | { readonly name: 'histogram.v1' };

/** Slots of one measure of `statistics.v1`: x, and x² in two limbs, low first. */
export const STATISTICS_SLOTS = 3;

export type ProgramName = Program['name'];

export const PROGRAM_NAMES: readonly ProgramName[] = [
  'sum.v1',
  'weighted-sum.v1',
  'difference.v1',
  'mask.v1',
  'statistics.v1',
  'histogram.v1',
];
