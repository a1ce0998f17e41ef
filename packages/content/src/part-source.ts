import { SalusError } from '@salus/protocol';
import { blockLength, leafOf, stripeCount, type ContentAnchor, type PartPlace } from './layout.js';
import { LEAF_BYTES, rootOfLeaves } from './leaves.js';
import type { PartPermission, PartReader } from './part-store.js';

/** What a content is read by: all of its anchor but the hash. */
export type Readable = Pick<ContentAnchor, 'size' | 'layout'>;

/** How a store is asked. */
export interface AskOptions {
  /** By what the stores are to serve; embedded ones need none. */
  readonly permission?: PartPermission;
  readonly signal?: AbortSignal;
}

/** One part of a content at its store; believes nothing that its root does not cover. */
export class PartSource {
  readonly part: number;
  readonly place: PartPlace;
  readonly #content: Readable;
  readonly #reader: PartReader;
  readonly #options: AskOptions;
  #leaves: Promise<readonly string[]> | undefined;
  #hasLied = false;

  constructor(
    content: Readable,
    at: { readonly part: number; readonly place: PartPlace; readonly reader: PartReader },
    options: AskOptions,
  ) {
    this.#content = content;
    this.part = at.part;
    this.place = at.place;
    this.#reader = at.reader;
    this.#options = options;
  }

  /** Whether the store ever sent something else than the part. */
  get hasLied(): boolean {
    return this.#hasLied;
  }

  /**
   * The part's block of a stripe.
   *
   * @throws SalusError `ERR_HASH_MISMATCH`, and what the store says
   */
  async block(stripe: number, signal?: AbortSignal): Promise<Buffer> {
    const leaf = (await this.#list())[stripe];
    const length = blockLength(this.#content, stripe);
    const block = await this.#asking(() =>
      this.#reader.block(this.place.root, stripe, this.#asked(length, signal)),
    );
    if (block.length !== length || leafOf(block) !== leaf) throw this.#lied();
    return block;
  }

  /** The list of blocks, asked for once for all stripes; one that could not be had is asked for again. */
  #list(): Promise<readonly string[]> {
    this.#leaves ??= this.#readList().catch((error: unknown) => {
      this.#leaves = undefined;
      throw error;
    });
    return this.#leaves;
  }

  async #readList(): Promise<readonly string[]> {
    const { root } = this.place;
    const count = stripeCount(this.#content);
    const leaves = await this.#asking(() =>
      this.#reader.leaves(root, this.#asked(count * LEAF_BYTES, this.#options.signal)),
    );
    if (leaves.length !== count || rootOfLeaves(leaves) !== root) throw this.#lied();
    return leaves;
  }

  #asked(maxBytes: number, signal?: AbortSignal) {
    const { permission } = this.#options;
    return { maxBytes, ...(permission && { permission }), ...(signal && { signal }) };
  }

  async #asking<T>(ask: () => Promise<T>): Promise<T> {
    try {
      return await ask();
    } catch (error) {
      // More than the whole of it came: no store that means well does that.
      if (error instanceof SalusError && error.code === 'ERR_TOO_LARGE') throw this.#lied(error);
      throw error;
    }
  }

  #lied(cause?: unknown): SalusError {
    this.#hasLied = true;
    return new SalusError(
      'ERR_HASH_MISMATCH',
      `The store of ${this.place.store} sent something else than the part that the ledger names`,
      { expected: this.place.root, ...(cause !== undefined && { cause }) },
    );
  }
}
