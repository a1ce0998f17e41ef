import { peer } from '@hyperledger/fabric-protos';
import type { ChaincodeResponse } from 'fabric-shim-api';
import {
  batchedIterator,
  fetchPage,
  listIterator,
  toKeyValue,
  type KeyValue,
  type ResultIterator,
} from './range-scan.js';
import type { KeyChange } from './ledger-state.js';
import type { TransactionSimulator } from './simulator.js';

/** `ledger.state.totalQueryLimit` of core.yaml. */
const TOTAL_QUERY_LIMIT = 100_000;
const EMPTY = Buffer.alloc(0);

/** Runs another chaincode within the same transaction. */
export type Invoke = (chaincode: string, args: readonly string[]) => Promise<ChaincodeResponse>;

interface QueryResult {
  readonly iterator: ResultIterator<KeyValue>;
  readonly metadata?: { readonly bookmark: string; readonly fetchedRecordsCount: number };
}

/**
 * The peer's end of the chaincode protocol, in the place of the handler that fabric-shim's stub talks
 * to. It follows core/chaincode/handler.go.
 */
export class StubHandler {
  constructor(
    readonly simulator: TransactionSimulator,
    readonly namespace: string,
    readonly creatorMspId: string,
    readonly invoke: Invoke,
  ) {}

  handleGetState(collection: string, key: string): Promise<Buffer> {
    return attempt(() => {
      if (collection === '') return copy(this.simulator.getState(this.namespace, key)?.value);
      this.#requireRead(collection);
      return copy(this.simulator.getPrivate(this.namespace, collection, key)?.value);
    });
  }

  handleGetPrivateDataHash(collection: string, key: string): Promise<Buffer> {
    return attempt(() => {
      this.simulator.collection(this.namespace, collection);
      return copy(this.simulator.getPrivateHash(this.namespace, collection, key)?.value);
    });
  }

  handlePutState(collection: string, key: string, value: Uint8Array): Promise<Buffer> {
    // An empty value does not survive the protocol buffers: the peer takes it for a deletion.
    return this.#write(collection, key, value.length === 0 ? null : Buffer.from(value));
  }

  handleDeleteState(collection: string, key: string): Promise<Buffer> {
    return this.#write(collection, key, null);
  }

  handlePurgeState(collection: string, key: string): Promise<Buffer> {
    return attempt(() => {
      this.#requireWrite(collection);
      this.simulator.writePrivate(this.namespace, collection, key, null, true);
      return EMPTY;
    });
  }

  handlePutStateMetadata(
    collection: string,
    key: string,
    name: string,
    value: Uint8Array,
  ): Promise<Buffer> {
    return attempt(() => {
      const bytes = Buffer.from(value);
      if (collection === '') {
        this.simulator.writeMetadata(this.namespace, key, name, bytes);
      } else {
        this.#requireWrite(collection);
        this.simulator.writePrivateMetadata(this.namespace, collection, key, name, bytes);
      }
      return EMPTY;
    });
  }

  handleGetStateMetadata(collection: string, key: string): Promise<Record<string, Buffer>> {
    return attempt(() => {
      if (collection === '') {
        return { ...this.simulator.getState(this.namespace, key)?.metadata };
      }
      this.#requireRead(collection);
      return { ...this.simulator.getPrivateHash(this.namespace, collection, key)?.metadata };
    });
  }

  handleGetStateByRange(
    collection: string,
    start: string,
    end: string,
    _channel: string,
    _transactionId: string,
    metadata?: Uint8Array,
  ): Promise<QueryResult> {
    return attempt(() => {
      if (collection !== '') {
        this.#requireRead(collection);
        const scan = this.simulator.privateRange(this.namespace, collection, start, end);
        return { iterator: batchedIterator(scan) };
      }
      const page = metadata && peer.QueryMetadata.deserializeBinary(metadata);
      if (!page || (page.getPagesize() === 0 && page.getBookmark() === '')) {
        const iterator = batchedIterator(this.simulator.range(this.namespace, start, end));
        return { iterator };
      }
      return this.#page(page.getBookmark() || start, end, page.getPagesize());
    });
  }

  handleGetQueryResult(): Promise<QueryResult> {
    return Promise.reject(new Error('ExecuteQuery not supported for leveldb'));
  }

  handleGetHistoryForKey(key: string): Promise<ResultIterator<KeyChange>> {
    const changes = this.simulator.state.history(this.namespace, key);
    // From the newest on (core/ledger/kvledger/history/query_executer.go).
    return Promise.resolve(listIterator([...changes].reverse()));
  }

  handleInvokeChaincode(target: string, args: readonly string[]): Promise<ChaincodeResponse> {
    const [chaincode = '', channel] = target.split('/');
    if (channel !== undefined && channel !== this.simulator.channel) {
      return Promise.reject(new Error(`Failed to find ledger for channel: ${channel}`));
    }
    return this.invoke(chaincode, args);
  }

  #page(start: string, end: string, pageSize: number): QueryResult {
    const limit = pageSize > 0 ? Math.min(pageSize, TOTAL_QUERY_LIMIT) : TOTAL_QUERY_LIMIT;
    const scan = this.simulator.page(this.namespace, start, end);
    const page = fetchPage(scan, limit).map(toKeyValue);
    const iterator = listIterator(page);
    // No results and no bookmark are an empty message, which fabric-shim takes for none.
    if (page.length === 0) return { iterator };
    const metadata = { bookmark: scan.bookmark, fetchedRecordsCount: page.length };
    return { iterator, metadata };
  }

  #write(collection: string, key: string, value: Buffer | null): Promise<Buffer> {
    return attempt(() => {
      if (collection === '') {
        this.simulator.write(this.namespace, key, value);
      } else {
        this.#requireWrite(collection);
        this.simulator.writePrivate(this.namespace, collection, key, value);
      }
      return EMPTY;
    });
  }

  #requireRead(name: string): void {
    const { members, memberOnlyRead } = this.simulator.collection(this.namespace, name);
    if (!memberOnlyRead || members.has(this.creatorMspId)) return;
    throw this.#denied('read', name);
  }

  #requireWrite(name: string): void {
    const { members, memberOnlyWrite } = this.simulator.collection(this.namespace, name);
    if (!memberOnlyWrite || members.has(this.creatorMspId)) return;
    throw this.#denied('write', name);
  }

  #denied(access: string, collection: string): Error {
    return new Error(
      `tx creator does not have ${access} access permission on privatedata in ` +
        `chaincodeName:${this.namespace} collectionName: ${collection}`,
    );
  }
}

function attempt<T>(step: () => T): Promise<T> {
  return new Promise((resolve) => {
    resolve(step());
  });
}

function copy(value: Buffer | undefined): Buffer {
  return value ? Buffer.from(value) : Buffer.alloc(0);
}
