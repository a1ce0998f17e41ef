import { randomUUID } from 'node:crypto';
import { SalusError } from '@salus/protocol';
import { inOrder } from './in-order.js';
import { leafOf } from './layout.js';
import { rootOfLeaves } from './leaves.js';
import type { Readable } from './part-source.js';
import type { PartWriter } from './part-store.js';
import { ReedSolomon } from './reed-solomon.js';
import { StripeReader, type ReadOptions } from './stripe-reader.js';

export interface RepairOptions extends ReadOptions {
  /** Number of the part that was lost or damaged. */
  readonly part: number;
  /** Where it belongs. */
  readonly target: PartWriter;
  readonly onProgress?: (progress: { readonly done: number; readonly blocks: number }) => void;
}

const AHEAD = 3;

/**
 * Restores a part from k others, in the memory of a few stripes. It needs no content key, and learns
 * none.
 *
 * @throws SalusError `ERR_CONTENT_UNAVAILABLE` where fewer than k others can be had; `ERR_HASH_MISMATCH`
 *   where the parts that were registered do not belong together
 */
export async function repairContent(content: Readable, options: RepairOptions): Promise<void> {
  const { part, target } = options;
  const { k, n, parts } = content.layout;
  const reader = new StripeReader(content, options, part);
  const place = parts[part];
  if (!place) {
    throw new SalusError('ERR_INVALID_ARGUMENT', 'The content has no such part', {
      argument: 'part',
      expected: `0 to ${n - 1}`,
    });
  }
  const code = new ReedSolomon(k, n);
  const uploadId = `repair-${randomUUID()}`;
  const leaves: string[] = [];
  const read = (stripe: number, signal: AbortSignal) => reader.blocks(stripe, signal);
  for await (const shards of inOrder(reader.stripes, read, AHEAD, options.signal)) {
    const [block = new Uint8Array()] = code.restore(shards, [part]);
    await target.put(uploadId, leaves.length, block, options.signal);
    leaves.push(leafOf(block));
    options.onProgress?.({ done: leaves.length, blocks: reader.stripes });
  }
  if (rootOfLeaves(leaves) !== place.root) {
    throw new SalusError(
      'ERR_HASH_MISMATCH',
      'The parts that were registered do not belong together',
      {
        expected: place.root,
      },
    );
  }
  await target.finish(uploadId, { root: place.root, leaves });
}
