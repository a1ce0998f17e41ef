/**
 * How a content lies in stores. Its ciphertext is cut into stripes of k blocks. Each stripe gets n - k
 * parity blocks, and part i is the i-th block of every stripe. Only the blocks of the last stripe may be
 * shorter, and the last data block of it is filled up with zeros. A part's address is its root, the Merkle
 * root (RFC 9162, 2.1) over its blocks: a block can be checked as it comes.
 */
import { merkleLeaf, SalusError } from '@salus/protocol';
import type { ContentLayout } from '@salus/protocol/ehr';
import { MAX_SHARDS } from './reed-solomon.js';

/** Which k of n, and each part's root and store: as the record's anchor has it. */
export type RecordLayout = ContentLayout;

/** One part, and whose store keeps it. */
export type PartPlace = RecordLayout['parts'][number];

/** What the ledger says of a content. */
export interface ContentAnchor {
  /** SHA-256 of the ciphertext, in hex. */
  readonly contentHash: string;
  /** Bytes of ciphertext. */
  readonly size: number;
  readonly layout: RecordLayout;
}

export const DEFAULT_BLOCK_BYTES = 256 * 1024;
/** The largest block that a store takes. */
export const MAX_BLOCK_BYTES = 4 * 1024 * 1024;
/** Most blocks of a part: with 256 KiB each, 16 GiB. */
export const MAX_BLOCKS = 65_536;

/** Address of a part: SHA-256 in hex. */
export const ROOT = /^[0-9a-f]{64}$/;

export type Extent = Pick<ContentAnchor, 'size'> & {
  readonly layout: Pick<RecordLayout, 'k' | 'blockSize'>;
};

/** Stripes of a content, which is the number of blocks of each of its parts. */
export function stripeCount({ size, layout: { k, blockSize } }: Extent): number {
  return Math.ceil(size / (k * blockSize));
}

/** Bytes of ciphertext in a stripe. */
export function stripeLength({ size, layout: { k, blockSize } }: Extent, stripe: number): number {
  return Math.min(k * blockSize, size - stripe * k * blockSize);
}

/** Length of each block of a stripe. */
export function blockLength(extent: Extent, stripe: number): number {
  return Math.ceil(stripeLength(extent, stripe) / extent.layout.k);
}

/** A stripe's data blocks; the last one filled up with zeros. */
export function dataBlocks(stripe: Buffer, k: number): Buffer[] {
  const length = Math.ceil(stripe.length / k);
  const filled =
    stripe.length === k * length
      ? stripe
      : Buffer.concat([stripe, Buffer.alloc(k * length - stripe.length)]);
  return Array.from({ length: k }, (_, i) => filled.subarray(i * length, (i + 1) * length));
}

/** Leaf of a block in its part's Merkle tree, in hex. */
export function leafOf(block: Uint8Array): string {
  return merkleLeaf(block).toString('hex');
}

/**
 * Checks a layout before anything is read by it.
 *
 * @throws SalusError `ERR_INVALID_ARGUMENT`
 */
export function checkAnchor(anchor: Pick<ContentAnchor, 'size' | 'layout'>): void {
  const { size, layout } = anchor;
  const { k, n, blockSize, parts } = layout;
  const isCount = (value: number, max: number) =>
    Number.isSafeInteger(value) && value >= 1 && value <= max;
  demand(isCount(n, MAX_SHARDS), 'n', `1 to ${MAX_SHARDS}`);
  demand(isCount(k, n), 'k', '1 to n');
  demand(isCount(blockSize, MAX_BLOCK_BYTES), 'blockSize', `1 to ${MAX_BLOCK_BYTES}`);
  demand(parts.length === n, 'parts', 'n parts');
  demand(
    parts.every(({ root }) => ROOT.test(root)),
    'root',
    '64 lower-case hex digits',
  );
  const most = MAX_BLOCKS * k * blockSize;
  demand(isCount(size, most), 'size', `1 to ${most}`);
}

function demand(holds: boolean, argument: string, expected: string): void {
  if (holds) return;
  throw new SalusError(
    'ERR_INVALID_ARGUMENT',
    `The layout of the content has a wrong ${argument}`,
    {
      argument,
      expected,
    },
  );
}
