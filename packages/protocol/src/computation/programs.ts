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
 * - `statistics.v1`: adds what `packStatistics` packed, for mean and variance, and bins behind it.
 */
export type Program = { readonly name: 'sum.v1' } | { readonly name: 'statistics.v1' };

/** Slots of one measure of `statistics.v1`: x, and x² in two limbs, low first. */
export const STATISTICS_SLOTS = 3;

export type ProgramName = Program['name'];

export const PROGRAM_NAMES: readonly ProgramName[] = ['sum.v1', 'statistics.v1'];
