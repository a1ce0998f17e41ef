import type { Context } from 'fabric-contract-api';
import { getState, putState, type CompositeKey } from '@salus/chaincode-common';
import { placesFor } from '../rules/places.js';

/** What takes one of the places that an organisation, or a study, has. */
export interface Taking<T> {
  /** How many places there are; a power of two. */
  readonly most: number;
  /** The state key of a place. */
  readonly at: (place: string) => CompositeKey;
  /** What no other has: where to look first follows from it. */
  readonly name: string;
  readonly entry: T;
  /** Whether what took a place before still counts. */
  readonly counts: (entry: T) => Promise<boolean>;
}

/**
 * Counts something against a limit: it takes a free place, or one of which the earlier entry does
 * not count any more. Each place is a state key, and a transaction reads no more of them than it looks at. So what is
 * done at once seldom conflicts (MVCC). One list of all entries would let one transaction of each block
 * through. A range of keys would too: validation repeats a range query, and finds the other's entry (a phantom read).
 *
 * @returns whether there was a place
 */
export async function takePlace<T extends object>(
  ctx: Context,
  { most, at, name, entry, counts }: Taking<T>,
): Promise<boolean> {
  for (const place of placesFor(name, most)) {
    const key = at(String(place));
    const before = await getState<T>(ctx, key);
    if (before !== undefined && (await counts(before))) continue;
    await putState(ctx, key, entry);
    return true;
  }
  return false;
}
