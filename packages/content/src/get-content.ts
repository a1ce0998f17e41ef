import { createHash } from 'node:crypto';
import { ContentDecryptor } from '@salus/crypto/content';
import { SalusError } from '@salus/protocol';
import { inOrder } from './in-order.js';
import { stripeLength, type ContentAnchor } from './layout.js';
import { ReedSolomon, type Shards } from './reed-solomon.js';
import { StripeReader, type ReadOptions } from './stripe-reader.js';

export interface GetProgress {
  /** Bytes of ciphertext read and checked. */
  readonly read: number;
  readonly size: number;
}

export interface GetOptions extends ReadOptions {
  readonly key: Uint8Array;
  /** As it was put with. */
  readonly context: string;
  readonly onProgress?: (progress: GetProgress) => void;
}

/** Stripes that are read ahead. */
const AHEAD = 3;

/**
 * Reads content back from any k of its n stores, in the memory of a few stripes. A store that is down, slow
 * or lying is replaced by another in the middle of it. Every piece was verified before it is handed out.
 * The last one proves that none is missing. A consumer that acts on early pieces must undo that when a
 * later one throws.
 *
 * @throws SalusError `ERR_CONTENT_UNAVAILABLE` where fewer than k parts can be had; a store's denial,
 *   such as `ERR_NO_DECISION` of a decision that expired meanwhile; `ERR_DECRYPTION_FAILED`,
 *   `ERR_HASH_MISMATCH` where what was registered is no content under this key
 * @example
 * const pieces = getContent(record, { key, context: recordId, stores, permission: { decision } });
 * await pipeline(pieces, createWriteStream(file));
 */
export async function* getContent(
  anchor: ContentAnchor,
  options: GetOptions,
): AsyncGenerator<Buffer, void> {
  const { key, context, onProgress } = options;
  const decryptor = new ContentDecryptor(key, context);
  const hash = createHash('sha256');
  let read = 0;
  for await (const stripe of readCiphertext(anchor, options)) {
    hash.update(stripe);
    read += stripe.length;
    onProgress?.({ read, size: anchor.size });
    yield* decryptor.update(stripe);
  }
  requireRegistered(anchor, hash.digest('hex'));
  yield decryptor.final();
}

/** As {@link getContent}, of content that fits into memory. */
export async function readContent(anchor: ContentAnchor, options: GetOptions): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of getContent(anchor, options)) pieces.push(piece);
  return Buffer.concat(pieces);
}

/**
 * The ciphertext as it was registered, for content that somebody else holds the key of. It has to fit into
 * memory.
 *
 * @throws SalusError `ERR_CONTENT_UNAVAILABLE`, `ERR_HASH_MISMATCH`, a store's denial
 */
export async function getCiphertext(anchor: ContentAnchor, options: ReadOptions): Promise<Buffer> {
  const stripes: Buffer[] = [];
  for await (const stripe of readCiphertext(anchor, options)) stripes.push(stripe);
  const ciphertext = Buffer.concat(stripes);
  requireRegistered(anchor, createHash('sha256').update(ciphertext).digest('hex'));
  return ciphertext;
}

/** The ciphertext, stripe by stripe. */
async function* readCiphertext(
  anchor: ContentAnchor,
  options: ReadOptions,
): AsyncGenerator<Buffer, void> {
  const { k, n } = anchor.layout;
  const code = new ReedSolomon(k, n);
  const reader = new StripeReader(anchor, options);
  const read = (stripe: number, signal: AbortSignal) => reader.blocks(stripe, signal);
  let stripe = 0;
  for await (const shards of inOrder(reader.stripes, read, AHEAD, options.signal)) {
    yield join(code, shards).subarray(0, stripeLength(anchor, stripe));
    stripe += 1;
  }
}

function requireRegistered({ contentHash }: ContentAnchor, hash: string): void {
  if (hash === contentHash) return;
  throw new SalusError('ERR_HASH_MISMATCH', 'The parts make up another content than registered', {
    expected: contentHash,
  });
}

function join(code: ReedSolomon, shards: Shards): Buffer {
  return Buffer.concat(code.restore(shards, [...Array(code.k).keys()]));
}
