import type { ShareHash } from './api.js';

/** `s0`, `s1`, …, `s10`: by number. */
export function inOrderOfShares<T extends Pick<ShareHash, 'shareId'>>(items: readonly T[]): T[] {
  const number = ({ shareId }: T) => Number(shareId.slice(1));
  return [...items].sort((one, other) => number(one) - number(other));
}
