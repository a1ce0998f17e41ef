import { createHash } from 'node:crypto';
import { implicitCollection, type Collection } from './collection.js';
import type { Policy } from './policy.js';
import { StateDatabase, type StateStore } from './state-db.js';

/** A change of a key, for history queries. */
export interface KeyChange {
  readonly txId: string;
  readonly value: Buffer;
  readonly isDelete: boolean;
  readonly timestamp: { readonly seconds: number; readonly nanos: number };
}

/** What the channel has committed about a chaincode. */
export interface ChaincodeDefinition {
  readonly name: string;
  readonly endorsement: Policy;
  readonly collections: ReadonlyMap<string, Collection>;
}

/**
 * The state after the last block: what all peers have alike (public values and the hashes of private
 * ones), and each organisation's own private values.
 */
export class LedgerState {
  height = 0;
  readonly definitions = new Map<string, ChaincodeDefinition>();
  readonly #public = new StateDatabase();
  readonly #hashes = new StateDatabase();
  readonly #private = new StateDatabase();
  readonly #history = new Map<string, KeyChange[]>();
  readonly #expiries = new Map<number, (() => void)[]>();

  constructor(readonly organisations: readonly string[]) {}

  publicStore(namespace: string): StateStore {
    return this.#public.store(namespace);
  }

  /** Keys are the hex SHA-256 of the private keys, values the SHA-256 of the private values. */
  hashStore(namespace: string, collection: string): StateStore {
    return this.#hashes.store(namespace, collection);
  }

  privateStore(organisation: string, namespace: string, collection: string): StateStore {
    return this.#private.store(organisation, namespace, collection);
  }

  history(namespace: string, key: string): KeyChange[] {
    const id = JSON.stringify([namespace, key]);
    let changes = this.#history.get(id);
    if (!changes) this.#history.set(id, (changes = []));
    return changes;
  }

  /** @throws Error with the peer's words where there is no such collection */
  collection(channel: string, namespace: string, name: string): Collection {
    const found =
      this.definitions.get(namespace)?.collections.get(name) ??
      implicitCollection(name, this.organisations);
    if (found) return found;
    throw new Error(`collection ${channel}/${namespace}/${name} could not be found`);
  }

  /** Forgets a private value when a block is committed (blockToLive). */
  expireAt(block: number, forget: () => void): void {
    const due = this.#expiries.get(block) ?? [];
    this.#expiries.set(block, [...due, forget]);
  }

  expire(block: number): void {
    for (const forget of this.#expiries.get(block) ?? []) forget();
    this.#expiries.delete(block);
  }
}

/** SHA-256 of a private key or value in hex. */
export function hash(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}
