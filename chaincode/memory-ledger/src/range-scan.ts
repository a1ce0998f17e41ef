import type { RangeQuery } from './read-write-set.js';
import type { Versioned } from './state-db.js';

/** Results that the peer sends at a time where the query has no pages (core/chaincode). */
const MAX_RESULT_LIMIT = 100;

type Entry = readonly [string, Versioned];

export interface KeyValue {
  readonly key: string;
  readonly value: Buffer;
}

/** The iterator that a contract gets, as of fabric-shim's lib/iterators.js. */
export interface ResultIterator<T> {
  next(): Promise<{ value: T; done: false } | { done: true }>;
  close(): Promise<void>;
}

/** Notes in the read set what a range query has looked at, which is more than the contract asked for. */
export class RangeScan {
  #at = 0;

  constructor(
    readonly entries: readonly Entry[],
    readonly endKey: string,
    readonly query: RangeQuery | undefined,
  ) {}

  next(): Entry | undefined {
    const entry = this.entries[this.#at];
    if (entry === undefined) {
      if (this.query) {
        this.query.exhausted = true;
        this.query.endKey = this.endKey;
      }
      return undefined;
    }
    this.#at += 1;
    if (this.query) {
      this.query.reads.push({ key: entry[0], version: entry[1].version });
      this.query.endKey = entry[0];
    }
    return entry;
  }

  /** The key at which a following page starts. */
  get bookmark(): string {
    return this.entries[this.#at]?.[0] ?? '';
  }
}

/** A page: at most so many results, fetched at once (core/chaincode/query_response_generator.go). */
export function fetchPage(scan: RangeScan, limit: number): Entry[] {
  const page: Entry[] = [];
  while (page.length < limit) {
    const entry = scan.next();
    if (entry === undefined) break;
    page.push(entry);
  }
  return page;
}

/** An iterator that fetches ahead as the peer does: a batch, and one result more to see if any follow. */
export function batchedIterator(scan: RangeScan): ResultIterator<KeyValue> {
  let pending: Entry | undefined;
  const fetch = (): Entry[] => {
    const batch = pending ? [pending] : [];
    pending = undefined;
    for (let entry = scan.next(); entry !== undefined; entry = scan.next()) {
      if (batch.length === MAX_RESULT_LIMIT) {
        pending = entry;
        break;
      }
      batch.push(entry);
    }
    return batch;
  };
  let batch = fetch();
  let at = 0;
  return {
    next() {
      if (at === batch.length && pending) {
        batch = fetch();
        at = 0;
      }
      const entry = batch[at];
      at += 1;
      return Promise.resolve(entry ? { value: toKeyValue(entry), done: false } : { done: true });
    },
    close: () => Promise.resolve(),
  };
}

/** An iterator over results that are all there. */
export function listIterator<T>(values: readonly T[]): ResultIterator<T> {
  let at = 0;
  return {
    next() {
      const value = values[at];
      at += 1;
      return Promise.resolve(value === undefined ? { done: true } : { value, done: false });
    },
    close: () => Promise.resolve(),
  };
}

export function toKeyValue([key, { value }]: Entry): KeyValue {
  return { key, value: Buffer.from(value) };
}
