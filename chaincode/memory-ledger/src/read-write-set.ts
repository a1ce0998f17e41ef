import { canonicalJson } from '@salus/protocol';
import { compareKeys, type Version } from './state-db.js';

/** What a range query saw, for the check at commit (kvrwset.RangeQueryInfo). */
export interface RangeQuery {
  readonly startKey: string;
  endKey: string;
  /** False where the contract stopped early: then `endKey` is the last key seen. */
  exhausted: boolean;
  readonly reads: { readonly key: string; readonly version: Version }[];
}

/** A value, or null for a deletion. */
export type Write = Buffer | null;

export interface HashedWrite {
  readonly valueHash: string | null;
  readonly purge: boolean;
}

export type Metadata = Readonly<Record<string, Buffer>>;

/** Reads and writes of one private data collection; only hashes are public. */
export interface CollectionSet {
  readonly hashedReads: Map<string, Version | undefined>;
  readonly hashedWrites: Map<string, HashedWrite>;
  readonly metadataWrites: Map<string, Metadata>;
  /** Plain keys and values: they go to the collection's members, not into the transaction. */
  readonly privateWrites: Map<string, Write>;
  /** Whether plain values were read: only members can endorse that. */
  privateRead: boolean;
}

/** Reads and writes in one chaincode's namespace. */
export interface NamespaceSet {
  readonly reads: Map<string, Version | undefined>;
  readonly writes: Map<string, Write>;
  readonly metadataWrites: Map<string, Metadata>;
  readonly rangeQueries: RangeQuery[];
  readonly collections: Map<string, CollectionSet>;
}

/** What a simulated transaction read and would write. */
export class ReadWriteSet {
  readonly namespaces = new Map<string, NamespaceSet>();

  namespace(name: string): NamespaceSet {
    return upsert(this.namespaces, name, () => ({
      reads: new Map(),
      writes: new Map(),
      metadataWrites: new Map(),
      rangeQueries: [],
      collections: new Map(),
    }));
  }

  collection(namespace: string, name: string): CollectionSet {
    return upsert(this.namespace(namespace).collections, name, () => ({
      hashedReads: new Map(),
      hashedWrites: new Map(),
      metadataWrites: new Map(),
      privateWrites: new Map(),
      privateRead: false,
    }));
  }

  /** The public part, in one canonical form: what endorsers sign and what has to be equal. */
  toJSON(): unknown {
    return entries(this.namespaces, (set) => ({
      reads: entries(set.reads, (version) => version ?? null),
      writes: entries(set.writes, encode),
      metadataWrites: entries(set.metadataWrites, encodeMetadata),
      rangeQueries: set.rangeQueries,
      collections: entries(set.collections, (collection) => ({
        hashedReads: entries(collection.hashedReads, (version) => version ?? null),
        hashedWrites: entries(collection.hashedWrites, (write) => write),
        metadataWrites: entries(collection.metadataWrites, encodeMetadata),
      })),
    }));
  }

  toBytes(): Buffer {
    return Buffer.from(canonicalJson(this.toJSON()), 'utf8');
  }
}

function upsert<T>(map: Map<string, T>, key: string, make: () => T): T {
  let value = map.get(key);
  if (value === undefined) map.set(key, (value = make()));
  return value;
}

function entries<T>(map: ReadonlyMap<string, T>, encoded: (value: T) => unknown): unknown[] {
  return [...map]
    .sort(([a], [b]) => compareKeys(a, b))
    .map(([key, value]) => [key, encoded(value)]);
}

function encode(write: Write): string | null {
  return write === null ? null : write.toString('base64');
}

function encodeMetadata(metadata: Metadata): unknown {
  return entries(new Map(Object.entries(metadata)), encode);
}
