/** Lists of a part's leaves: in hex in memory, 32 bytes each one after the other on the way. */
import { merkleRootOfLeaves } from '@salus/protocol';

export const LEAF_BYTES = 32;

/** Root of the part that has these leaves. */
export function rootOfLeaves(leaves: readonly string[]): string {
  return merkleRootOfLeaves(leaves.map((leaf) => Buffer.from(leaf, 'hex')));
}

export function joinLeaves(leaves: readonly string[]): Buffer {
  return Buffer.concat(leaves.map((leaf) => Buffer.from(leaf, 'hex')));
}

export function splitLeaves(bytes: Buffer): string[] {
  return Array.from({ length: Math.ceil(bytes.length / LEAF_BYTES) }, (_, at) =>
    bytes.subarray(at * LEAF_BYTES, (at + 1) * LEAF_BYTES).toString('hex'),
  );
}
