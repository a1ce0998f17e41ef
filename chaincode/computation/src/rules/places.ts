import { sha256Hex } from '@salus/protocol';

/**
 * All places, in the order in which something of a name looks for a free one. The order follows
 * from the name as in a hash table with double hashing: two names seldom begin at one place, and go on apart. An odd
 * step comes by every place of a power of two.
 *
 * @param most - how many places there are: a power of two
 */
export function placesFor(name: string, most: number): number[] {
  const hash = sha256Hex(name);
  const first = Number.parseInt(hash.slice(0, 8), 16);
  const step = Number.parseInt(hash.slice(8, 16), 16) * 2 + 1;
  return Array.from({ length: most }, (_, index) => (first + index * step) % most);
}
