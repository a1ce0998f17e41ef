import type { ShareHash } from '@salus/protocol/computation';

/** Bytes that belong to one share of a key. */
export interface ShareBytes {
  readonly shareId: string;
  readonly bytes: Uint8Array;
}

/** One item each, as the contract names those of shares. */
export function byShare(name: string, items: readonly ShareBytes[]): Record<string, Uint8Array> {
  return Object.fromEntries(items.map(({ shareId, bytes }) => [`${name}.${shareId}`, bytes]));
}

/** One item each, as the contract numbers them. */
export function numbered(name: string, items: readonly Uint8Array[]): Record<string, Uint8Array> {
  return Object.fromEntries(items.map((item, index) => [`${name}.${index}`, item]));
}

/** `s0`, `s1`, …, `s10`: by number. */
export function inOrderOfShares<T extends Pick<ShareHash, 'shareId'>>(items: readonly T[]): T[] {
  const number = ({ shareId }: T) => Number(shareId.slice(1));
  return [...items].sort((one, other) => number(one) - number(other));
}
