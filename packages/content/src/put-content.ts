import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { PREFIX_BYTES, encryptStream, type ByteSource, PieceCutter } from '@salus/crypto/content';
import { SalusError, sha256Hex } from '@salus/protocol';
import {
  checkAnchor,
  dataBlocks,
  DEFAULT_BLOCK_BYTES,
  leafOf,
  type ContentAnchor,
} from './layout.js';
import { rootOfLeaves } from './leaves.js';
import type { PartWriter } from './part-store.js';
import { ReedSolomon } from './reed-solomon.js';
import type { UploadJournal, UploadState } from './upload-journal.js';
import { Window } from './window.js';

/** A store, and whose it is. */
export interface StoreOf {
  readonly mspId: string;
  readonly store: PartWriter;
}

export interface PutProgress {
  /** Bytes of ciphertext that all stores have. */
  readonly stored: number;
}

export interface PutOptions {
  /** Content key, used for nothing else. */
  readonly key: Uint8Array;
  /** Public data that the content belongs to, such as its record's ID. */
  readonly context: string;
  /** One for each part, n in all. */
  readonly stores: readonly StoreOf[];
  /** So many parts are to restore the content. */
  readonly k: number;
  readonly blockSize?: number;
  readonly onProgress?: (progress: PutProgress) => void;
  readonly signal?: AbortSignal;
  /**
   * With it, an upload that was cut off goes on: call again with the same key, stores and content. End
   * it once the record is registered.
   */
  readonly resume?: UploadJournal;
}

/** Stripes under way at a time. */
const AHEAD = 3;
/** Pauses before a store that didn't answer is tried again. */
const PAUSES_MS = [200, 1000];

/**
 * Encrypts content, splits it into n parts of which any k restore it, and puts each into its store. It
 * takes the memory of a few stripes, whatever the content's size.
 *
 * @returns what the ledger is to say of it
 * @throws SalusError `ERR_CONFLICT` where an upload is to go on with other content;
 *   `ERR_KEY_INVALID`, `ERR_INVALID_ARGUMENT`; what a store said, after three tries where it doesn't
 *   answer
 * @example
 * const key = generateContentKey();
 * const anchor = await putContent(createReadStream(file), { key, context: recordId, stores, k: 3 });
 */
export async function putContent(
  source: Uint8Array | ByteSource,
  options: PutOptions,
): Promise<ContentAnchor> {
  const { k, stores, blockSize = DEFAULT_BLOCK_BYTES } = options;
  const code = new ReedSolomon(k, stores.length);
  const places = stores.map(({ mspId }) => ({ root: sha256Hex(''), store: mspId }));
  checkAnchor({ size: 1, layout: { k, n: stores.length, blockSize, parts: places } });
  const upload = await Upload.begin(options);
  const hash = createHash('sha256');
  const leaves = stores.map((): string[] => []);
  const window = new Window(AHEAD);
  let size = 0;
  try {
    for await (const stripe of stripesOf(source, {
      ...options,
      blockSize,
      prefix: upload.prefix,
    })) {
      options.signal?.throwIfAborted();
      hash.update(stripe);
      size += stripe.length;
      const data = dataBlocks(stripe, k);
      const blocks = [...data, ...code.parity(data)];
      blocks.forEach((block, part) => leaves[part]?.push(leafOf(block)));
      await upload.note(stripe);
      await window.add(upload.send(blocks, leaves, stripe.length));
    }
    await window.end();
  } catch (error) {
    upload.abort(error);
    await window.settled();
    throw error;
  }
  const parts = await upload.finish(leaves);
  const contentHash = hash.digest('hex');
  return { contentHash, size, layout: { k, n: stores.length, blockSize, parts } };
}

async function* stripesOf(
  source: Uint8Array | ByteSource,
  options: PutOptions & { readonly blockSize: number; readonly prefix: Buffer },
): AsyncGenerator<Buffer, void> {
  const { key, context, prefix, k, blockSize } = options;
  const pieces = source instanceof Uint8Array ? [source] : source;
  const cutter = new PieceCutter();
  for await (const piece of encryptStream(key, pieces, { context, prefix })) {
    cutter.add(piece);
    while (cutter.size >= k * blockSize) yield cutter.take(k * blockSize);
  }
  if (cutter.size > 0) yield cutter.take(cutter.size);
}

/** An upload under way, to all stores. */
class Upload {
  readonly prefix: Buffer;
  readonly #options: PutOptions;
  readonly #state: UploadState;
  /** What each store has from before. */
  readonly #held: readonly ReadonlySet<string>[];
  readonly #ending = new AbortController();
  readonly #signal: AbortSignal;
  #noted = 0;
  #stored = 0;

  private constructor(
    options: PutOptions,
    state: UploadState,
    held: readonly ReadonlySet<string>[],
  ) {
    this.#options = options;
    this.#state = state;
    this.#held = held;
    this.prefix = Buffer.from(state.prefix, 'hex');
    const { signal } = options;
    this.#signal = AbortSignal.any([this.#ending.signal, ...(signal ? [signal] : [])]);
  }

  static async begin(options: PutOptions): Promise<Upload> {
    const { resume, stores } = options;
    const before = await resume?.read();
    if (before) {
      const held = await Promise.all(
        stores.map(async ({ store }, part) => {
          const blocks = await store.held(partOf(before.id, part));
          return new Set(blocks.map(({ index, leaf }) => `${index}-${leaf}`));
        }),
      );
      return new Upload(options, before, held);
    }
    const fresh = { id: randomUUID(), prefix: randomBytes(PREFIX_BYTES).toString('hex') };
    await resume?.begin(fresh);
    return new Upload(options, { ...fresh, stripes: [] }, []);
  }

  /** Makes sure that a stripe is none that came out otherwise before. */
  async note(stripe: Buffer): Promise<void> {
    const { resume } = this.#options;
    if (!resume) return;
    const hash = sha256Hex(stripe);
    const before = this.#state.stripes[this.#noted];
    this.#noted += 1;
    if (before === undefined) {
      await resume.note(hash);
    } else if (before !== hash) {
      throw new SalusError('ERR_CONFLICT', 'The upload that was cut off was of other content', {
        argument: 'source',
        remedy: 'End the journal, and put the content under a new key.',
      });
    }
  }

  /** Puts the blocks of the stripe whose leaves were added last. */
  async send(
    blocks: readonly Buffer[],
    leaves: readonly (readonly string[])[],
    bytes: number,
  ): Promise<void> {
    const index = (leaves[0]?.length ?? 0) - 1;
    const sending = blocks.map(async (block, part) => {
      if (this.#held[part]?.has(`${index}-${leaves[part]?.[index] ?? ''}`)) return;
      const store = this.#options.stores[part]?.store;
      await patiently(this.#signal, async () =>
        store?.put(partOf(this.#state.id, part), index, block, this.#signal),
      );
    });
    await this.#allOf(sending);
    this.#stored += bytes;
    this.#options.onProgress?.({ stored: this.#stored });
  }

  finish(leaves: readonly (readonly string[])[]) {
    const finishing = this.#options.stores.map(async ({ mspId, store }, part) => {
      const own = leaves[part] ?? [];
      const root = rootOfLeaves(own);
      await patiently(this.#signal, () =>
        store.finish(partOf(this.#state.id, part), { root, leaves: own }),
      );
      return { root, store: mspId };
    });
    return Promise.all(finishing);
  }

  abort(reason: unknown): void {
    this.#ending.abort(reason);
  }

  /** Waits for all: when one fails, the others are told to stop, and nothing goes on behind the caller. */
  async #allOf(sending: readonly Promise<void>[]): Promise<void> {
    const outcomes = await Promise.allSettled(
      sending.map((one) =>
        one.catch((error: unknown) => {
          this.abort(error);
          throw error;
        }),
      ),
    );
    if (outcomes.some(({ status }) => status === 'rejected')) throw this.#signal.reason;
  }
}

const partOf = (uploadId: string, part: number) => `${uploadId}-${part}`;

async function patiently<T>(signal: AbortSignal, act: () => Promise<T>): Promise<T> {
  for (const pause of PAUSES_MS) {
    try {
      return await act();
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof SalusError) || error.code !== 'ERR_SERVICE_UNREACHABLE') throw error;
    }
    await sleep(pause, undefined, { signal });
  }
  return act();
}
