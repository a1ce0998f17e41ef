import type { Collection } from './collection.js';
import { hash, type LedgerState } from './ledger-state.js';
import { RangeScan } from './range-scan.js';
import { ReadWriteSet, type RangeQuery, type Write } from './read-write-set.js';
import { sameVersion, type Versioned } from './state-db.js';

/**
 * Simulates one transaction on one organisation's peer: reads the committed state, collects the
 * read-write set. It follows core/ledger/kvledger/txmgmt/txmgr/{query_executor,tx_simulator}.go.
 */
export class TransactionSimulator {
  readonly results = new ReadWriteSet();
  #written = false;
  #privateQueried = false;
  #paginated = false;

  constructor(
    readonly state: LedgerState,
    readonly organisation: string,
    readonly channel: string,
    readonly transactionId: string,
  ) {}

  getState(namespace: string, key: string): Versioned | undefined {
    const found = this.state.publicStore(namespace).get(key);
    this.results.namespace(namespace).reads.set(key, found?.version);
    return found;
  }

  write(namespace: string, key: string, value: Write): void {
    this.#checkWrite();
    this.results.namespace(namespace).writes.set(key, value);
  }

  writeMetadata(namespace: string, key: string, name: string, value: Buffer): void {
    this.#checkWrite();
    this.results.namespace(namespace).metadataWrites.set(key, { [name]: value });
  }

  range(namespace: string, start: string, end: string): RangeScan {
    const query: RangeQuery = { startKey: start, endKey: '', exhausted: false, reads: [] };
    this.results.namespace(namespace).rangeQueries.push(query);
    return new RangeScan(this.state.publicStore(namespace).range(start, end), end, query);
  }

  page(namespace: string, start: string, end: string): RangeScan {
    if (this.#written) {
      throw this.#unsupported('Paginated queries are supported only in a read-only transaction');
    }
    this.#paginated = true;
    return this.range(namespace, start, end);
  }

  getPrivate(namespace: string, collection: string, key: string): Versioned | undefined {
    const found = this.state.privateStore(this.organisation, namespace, collection).get(key);
    const keyHash = hash(key);
    const hashVersion = this.state.hashStore(namespace, collection).get(keyHash)?.version;
    if (!sameVersion(hashVersion, found?.version)) {
      throw new Error(
        'private data matching public hash version is not available. ' +
          `Public hash version = ${JSON.stringify(hashVersion)}, ` +
          `Private data version = ${JSON.stringify(found?.version)}`,
      );
    }
    const set = this.results.collection(namespace, collection);
    set.hashedReads.set(keyHash, found?.version);
    set.privateRead = true;
    return found;
  }

  getPrivateHash(namespace: string, collection: string, key: string): Versioned | undefined {
    const keyHash = hash(key);
    const found = this.state.hashStore(namespace, collection).get(keyHash);
    this.results.collection(namespace, collection).hashedReads.set(keyHash, found?.version);
    return found;
  }

  writePrivate(
    namespace: string,
    collection: string,
    key: string,
    value: Write,
    purge = false,
  ): void {
    this.#checkWrite();
    const set = this.results.collection(namespace, collection);
    const valueHash = value === null ? null : hash(value);
    set.hashedWrites.set(hash(key), { valueHash, purge });
    set.privateWrites.set(key, value);
  }

  writePrivateMetadata(
    namespace: string,
    collection: string,
    key: string,
    name: string,
    value: Buffer,
  ): void {
    this.#checkWrite();
    const set = this.results.collection(namespace, collection);
    set.metadataWrites.set(hash(key), { [name]: value });
  }

  privateRange(namespace: string, collection: string, start: string, end: string): RangeScan {
    if (this.#written) {
      throw this.#unsupported('Queries on pvt data is supported only in a read-only transaction');
    }
    this.#privateQueried = true;
    this.results.collection(namespace, collection).privateRead = true;
    const store = this.state.privateStore(this.organisation, namespace, collection);
    return new RangeScan(store.range(start, end), end, undefined);
  }

  collection(namespace: string, name: string): Collection {
    return this.state.collection(this.channel, namespace, name);
  }

  #checkWrite(): void {
    if (this.#privateQueried) {
      throw this.#unsupported(
        'Transaction has already performed queries on pvt data. Writes are not allowed',
      );
    }
    if (this.#paginated) {
      throw this.#unsupported(
        'Transaction has already performed a paginated query. Writes are not allowed',
      );
    }
    this.#written = true;
  }

  #unsupported(why: string): Error {
    return new Error(`txid [${this.transactionId}]: unsuppored transaction. ${why}`);
  }
}
