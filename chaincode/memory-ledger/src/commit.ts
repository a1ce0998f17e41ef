import { hash, type LedgerState } from './ledger-state.js';
import type { CollectionSet, NamespaceSet, ReadWriteSet } from './read-write-set.js';
import { sameVersion, type StateStore, type Version } from './state-db.js';

/** Name of a `peer.TxValidationCode`. */
export type ValidationCode =
  'VALID' | 'MVCC_READ_CONFLICT' | 'PHANTOM_READ_CONFLICT' | 'ENDORSEMENT_POLICY_FAILURE';

/**
 * Checks that nothing a transaction read has changed since. It follows
 * core/ledger/kvledger/txmgmt/validation/validator.go; earlier transactions of the same block have
 * been applied already, which comes to the same.
 */
export function checkReads(state: LedgerState, results: ReadWriteSet): ValidationCode {
  for (const [name, set] of results.namespaces) {
    if (!unchanged(state.publicStore(name), set.reads)) return 'MVCC_READ_CONFLICT';
    if (!noPhantoms(state.publicStore(name), set)) return 'PHANTOM_READ_CONFLICT';
    for (const [collection, { hashedReads }] of set.collections) {
      if (!unchanged(state.hashStore(name, collection), hashedReads)) return 'MVCC_READ_CONFLICT';
    }
  }
  return 'VALID';
}

function unchanged(store: StateStore, reads: ReadonlyMap<string, Version | undefined>): boolean {
  return [...reads].every(([key, version]) => sameVersion(store.get(key)?.version, version));
}

function noPhantoms(store: StateStore, { rangeQueries }: NamespaceSet): boolean {
  return rangeQueries.every(({ startKey, endKey, exhausted, reads }) => {
    const now = store.range(startKey, endKey);
    const last = exhausted ? undefined : store.get(endKey);
    if (last) now.push([endKey, last]);
    return (
      now.length === reads.length &&
      now.every(
        ([key, { version }], i) => reads[i]?.key === key && sameVersion(reads[i].version, version),
      )
    );
  });
}

/** What the application of a transaction needs to know of it. */
export interface CommittedTransaction {
  readonly transactionId: string;
  readonly version: Version;
  readonly time: Date;
}

/** Applies a valid transaction's writes to the public state, the hashes and the members' private data. */
export function applyWrites(
  state: LedgerState,
  channel: string,
  results: ReadWriteSet,
  tx: CommittedTransaction,
): void {
  for (const [name, set] of results.namespaces) {
    const store = state.publicStore(name);
    for (const [key, value] of set.writes) {
      put(store, key, value, tx.version);
      const millis = tx.time.getTime();
      state.history(name, key).push({
        txId: tx.transactionId,
        value: value ?? Buffer.alloc(0),
        isDelete: value === null,
        timestamp: { seconds: Math.floor(millis / 1000), nanos: (millis % 1000) * 1_000_000 },
      });
    }
    for (const [key, metadata] of set.metadataWrites) putMetadata(store, key, metadata, tx.version);
    for (const [collection, writes] of set.collections) {
      applyPrivate(state, channel, name, collection, writes, tx.version);
    }
  }
}

function applyPrivate(
  state: LedgerState,
  channel: string,
  namespace: string,
  name: string,
  set: CollectionSet,
  version: Version,
): void {
  const { members, blockToLive } = state.collection(channel, namespace, name);
  const hashes = state.hashStore(namespace, name);
  const copies = [...members].map((member) => state.privateStore(member, namespace, name));
  for (const [keyHash, { valueHash }] of set.hashedWrites) {
    put(hashes, keyHash, valueHash === null ? null : Buffer.from(valueHash, 'hex'), version);
  }
  for (const [keyHash, metadata] of set.metadataWrites) {
    putMetadata(hashes, keyHash, metadata, version);
  }
  for (const [key, value] of set.privateWrites) {
    for (const copy of copies) put(copy, key, value, version);
    if (blockToLive === 0 || value === null) continue;
    state.expireAt(version.block + blockToLive + 1, () => {
      if (!sameVersion(hashes.get(hash(key))?.version, version)) return;
      hashes.delete(hash(key));
      for (const copy of copies) copy.delete(key);
    });
  }
}

/** A value's metadata outlives a new value, not a deletion. */
function put(store: StateStore, key: string, value: Buffer | null, version: Version): void {
  if (value === null) {
    store.delete(key);
    return;
  }
  const metadata = store.get(key)?.metadata;
  store.put(key, { value, version, ...(metadata && { metadata }) });
}

/** Metadata of a key without a value is dropped. */
function putMetadata(
  store: StateStore,
  key: string,
  metadata: Readonly<Record<string, Buffer>>,
  version: Version,
): void {
  const found = store.get(key);
  if (found) store.put(key, { value: found.value, version, metadata });
}
