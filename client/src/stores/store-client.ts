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

/** Speaks to an organisation's store, and believes no content whose hash is wrong. */
export class StoreClient {
  readonly #service: ServiceClient;

  constructor(url: string, identity: Identity, tlsRoots: readonly string[] = []) {
    this.#service = new ServiceClient(url, identity, tlsRoots);
  }

  /** Puts content. @returns its hash, by which it is found. */
  async put(bytes: Uint8Array): Promise<string> {
    const hash = sha256Hex(bytes);
    await this.#service.call({ method: 'PUT', path: `/v1/content/${hash}`, body: bytes });
    return hash;
  }

  /**
   * Gets content that the ledger permits.
   *
   * @throws SalusError `ERR_NO_DECISION`, `ERR_NOT_FOUND`, `ERR_HASH_MISMATCH`
   */
  async get(hash: string, permission: Permission): Promise<Buffer> {
    const query = new URLSearchParams(Object.entries(permission)).toString();
    const bytes = await this.#service.call({ method: 'GET', path: `/v1/content/${hash}?${query}` });
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
   */
  async collect<T>(place: MailboxPlace, read: (letter: Letter) => T | Promise<T>): Promise<T> {
    const bytes = await this.#service.call({ method: 'GET', path: pathOf(place) });
    return read(JSON.parse(bytes.toString('utf8')) as Letter);
  }
}
