import {
  MAX_BLOCK_BYTES,
  MAX_BLOCKS,
  ROOT,
  joinLeaves,
  LEAF_BYTES,
  splitLeaves,
  type CompletePart,
  type HeldBlock,
  type PartReadOptions,
  type PartStore,
} from '@salus/content';
import { z } from 'zod';
import type { ErasureRequest } from '@salus/proofs';
import { SalusError } from '@salus/protocol';
import type { Identity } from '../identity/identity.js';
import { queryOf } from './part-query.js';
import { ServiceClient } from './service-client.js';

const MAX_LISTING_BYTES = 8 * 1024 * 1024;

const heldBlocks = z.array(z.object({ index: z.int().min(0), leaf: z.string().regex(ROOT) }));
const erased = z.object({ confirmation: z.string() });

/** The parts at an organisation's store, over HTTP. */
export class HttpPartStore implements PartStore {
  readonly #service: ServiceClient;

  /** @param tlsRoots - CA certificates (PEM) that the store's TLS certificate may come from */
  constructor(url: string, identity: Identity, tlsRoots: readonly string[] = []) {
    this.#service = new ServiceClient(url, identity, tlsRoots);
  }

  async put(uploadId: string, index: number, block: Uint8Array, signal?: AbortSignal) {
    await this.#service.call({
      method: 'PUT',
      path: `/v1/uploads/${encodeURIComponent(uploadId)}/${index}`,
      body: block,
      ...(signal && { signal }),
    });
  }

  async held(uploadId: string): Promise<readonly HeldBlock[]> {
    const path = `/v1/uploads/${encodeURIComponent(uploadId)}`;
    const bytes = await this.#service.call({ method: 'GET', path, maxBytes: MAX_LISTING_BYTES });
    return parse(heldBlocks, bytes);
  }

  async finish(uploadId: string, { root, leaves }: CompletePart): Promise<void> {
    await this.#service.call({
      method: 'POST',
      path: `/v1/uploads/${encodeURIComponent(uploadId)}?root=${root}`,
      body: joinLeaves(leaves),
    });
  }

  async leaves(root: string, options: PartReadOptions = {}): Promise<readonly string[]> {
    const bytes = await this.#get(`${root}/leaves`, LEAF_BYTES * MAX_BLOCKS, options);
    return splitLeaves(bytes);
  }

  async block(root: string, index: number, options: PartReadOptions = {}): Promise<Buffer> {
    return this.#get(`${root}/blocks/${index}`, MAX_BLOCK_BYTES, options);
  }

  /**
   * Has the store delete the parts of a record whose erasure is on the ledger. Asking again is no error.
   *
   * @returns its signed word that they are gone, see `verifyErasure`
   * @throws SalusError `ERR_NO_DECISION` where its peer doesn't show the erasure
   */
  async erase({ pseudonym, recordId }: ErasureRequest): Promise<string> {
    const bytes = await this.#service.call({
      method: 'POST',
      path: '/v1/erasures',
      body: Buffer.from(JSON.stringify({ pseudonym, recordId })),
      maxBytes: MAX_LISTING_BYTES,
    });
    return parse(erased, bytes).confirmation;
  }

  #get(path: string, most: number, options: PartReadOptions): Promise<Buffer> {
    const { permission, maxBytes = most, signal } = options;
    return this.#service.call({
      method: 'GET',
      path: `/v1/parts/${path}?${queryOf(permission)}`,
      maxBytes,
      ...(signal && { signal }),
    });
  }
}

function parse<S extends z.ZodType>(schema: S, bytes: Buffer): z.output<S> {
  try {
    return schema.parse(JSON.parse(bytes.toString('utf8')));
  } catch (cause) {
    throw new SalusError('ERR_SERVICE_UNREACHABLE', 'The store sent a malformed answer', { cause });
  }
}
