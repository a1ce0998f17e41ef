import type { Context } from 'fabric-contract-api';

/** A state key by its parts: an object type and attributes, none of them empty. */
export interface CompositeKey {
  readonly type: string;
  readonly attributes: readonly string[];
}

/**
 * Defines the keys of one type of object. Each contract defines all its keys in one file.
 *
 * @example
 * const recordKey = keyOf('record');
 * await state.get(ctx, recordKey(recordId));
 */
export function keyOf(type: string): (...attributes: readonly string[]) => CompositeKey {
  return (...attributes) => ({ type, attributes });
}

/** The key as the ledger has it: U+0000 type U+0000 attribute U+0000 … */
export function ledgerKey(ctx: Context, { type, attributes }: CompositeKey): string {
  return ctx.stub.createCompositeKey(type, [...attributes]);
}
