import { z } from 'zod';
import { SalusError, sha256Hex } from '@salus/protocol';
import type { Identity } from '../identity/identity.js';
import type { Letter } from './letter.js';
import { pathOf, type MailboxPlace } from './places.js';
import { ServiceClient } from './service-client.js';

/** By what the ledger permits a content of a computation to be served. */
export type Permission =
  | { readonly claim: string }
  /** By the contract `computation` of a chaincode; by itself, a ciphertext that is registered there. */
  | { readonly chaincode: string; readonly key?: string; readonly opening?: string }
  /** A contribution to a study. */
  | { readonly chaincode: string; readonly study: string };

/** For what a content is left that nobody needs later: a ceremony of a key, or the shares of one epoch. */
export interface CeremonyPurpose {
  readonly chaincode: string;
  readonly key: string;
}

/** Largest content, and largest body of a letter, that a store takes. */
export const MAX_CONTENT_BYTES = 16 * 1024 * 1024;
/** A letter holds its body in base64, beside the request of who left it. */
const MAX_LETTER_BYTES = 24 * 1024 * 1024;

const letterSchema = z.object({
  body: z.string(),
  token: z.string(),
  path: z.string(),
  audience: z.string(),
});

/** Speaks to an organisation's store, and believes no content whose hash is wrong. */
export class StoreClient {
  readonly #service: ServiceClient;

  constructor(url: string, identity: Identity, tlsRoots: readonly string[] = []) {
    this.#service = new ServiceClient(url, identity, tlsRoots);
  }

  /**
   * Puts content.
   *
   * @param purpose - the key of whose ceremony it is a partial opening, or to whose shares it is a contribution: the store
   *   removes it after the ceremony, or once other shares take their place
   * @returns its hash, by which it is found
   */
  async put(bytes: Uint8Array, purpose?: CeremonyPurpose): Promise<string> {
    const hash = sha256Hex(bytes);
    const query = purpose === undefined ? '' : `?${queryOf(purpose)}`;
    await this.#service.call({ method: 'PUT', path: `/v1/content/${hash}${query}`, body: bytes });
    return hash;
  }

  /**
   * Gets content that the ledger permits.
   *
   * @throws SalusError `ERR_NO_DECISION`, `ERR_NOT_FOUND`, `ERR_HASH_MISMATCH`, `ERR_TOO_LARGE`
   */
  async get(hash: string, permission: Permission): Promise<Buffer> {
    const path = `/v1/content/${hash}?${queryOf(permission)}`;
    const maxBytes = MAX_CONTENT_BYTES;
    const bytes = await this.#service.call({ method: 'GET', path, maxBytes });
    if (sha256Hex(bytes) === hash) return bytes;
    throw new SalusError('ERR_HASH_MISMATCH', 'The store sent other content', { expected: hash });
  }

  /** Leaves a key or a sealed letter for others. */
  async leave(place: MailboxPlace, body: Uint8Array): Promise<void> {
    await this.#service.call({ method: 'PUT', path: pathOf(place), body });
  }

  /**
   * Reads what was left at a place.
   * @param read - believes no letter without the proof of who left it
   * @throws SalusError `ERR_NOT_FOUND`, `ERR_REQUEST_REFUSED` for what is no letter, `ERR_TOO_LARGE`
   */
  async collect<T>(place: MailboxPlace, read: (letter: Letter) => T | Promise<T>): Promise<T> {
    const path = pathOf(place);
    const bytes = await this.#service.call({ method: 'GET', path, maxBytes: MAX_LETTER_BYTES });
    return read(letterIn(bytes));
  }
}

function queryOf(asked: Permission | CeremonyPurpose): string {
  return new URLSearchParams(Object.entries(asked)).toString();
}

function letterIn(bytes: Buffer): Letter {
  try {
    return letterSchema.parse(JSON.parse(bytes.toString('utf8')));
  } catch (cause) {
    throw new SalusError('ERR_REQUEST_REFUSED', 'The store sent what is no letter', { cause });
  }
}
