/**
 * Public state and hashes of private state in a Fabric ledger snapshot. A data file holds a format byte and
 * records, each a `SnapshotRecord` (protobuf, its length before it), namespace after namespace. A metadata
 * file names the namespaces and how many records each has. Source: Fabric 3.1,
 * core/ledger/kvledger/txmgmt/privacyenabledstate/snapshot.go.
 */
import { createHash } from 'node:crypto';
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import { readUvarint, uvarint } from './varint.js';

const FORMAT = 1;
const FLUSH_BYTES = 1 << 20;
/** Fields of `SnapshotRecord`. */
const [KEY, VALUE, VERSION] = [1, 2, 4];

/** Files of the public state, and of the SHA-256 of private keys and values. */
export const stateFiles = {
  public: { data: 'public_state.data', metadata: 'public_state.metadata' },
  private: { data: 'private_state_hashes.data', metadata: 'private_state_hashes.metadata' },
} as const;

/** How many records a namespace has. */
export interface NamespaceCount {
  readonly namespace: string;
  readonly count: number;
}

/** A key as the ledger has it, and its value. */
export interface StateEntry {
  readonly key: Buffer;
  readonly value: Buffer;
}

/** A record of a snapshot, and where it ends in its file. */
export interface StateRecord extends StateEntry {
  readonly namespace: string;
  readonly version: Buffer;
  readonly end: number;
}

/** The namespaces that a metadata file tells, in the order of the data. */
export function readNamespaces(metadata: Buffer): NamespaceCount[] {
  requireFormat(metadata);
  let { value: rows, end } = readUvarint(metadata, 1);
  const namespaces: NamespaceCount[] = [];
  for (; rows > 0; rows -= 1) {
    const length = readUvarint(metadata, end);
    end = length.end + length.value;
    const namespace = metadata.toString('utf8', length.end, end);
    const count = readUvarint(metadata, end);
    namespaces.push({ namespace, count: count.value });
    end = count.end;
  }
  return namespaces;
}

/** A metadata file. */
export function namespacesBytes(namespaces: readonly NamespaceCount[]): Buffer {
  const rows = namespaces.flatMap(({ namespace, count }) => [
    uvarint(Buffer.byteLength(namespace)),
    Buffer.from(namespace),
    uvarint(count),
  ]);
  return Buffer.concat([Buffer.from([FORMAT]), uvarint(namespaces.length), ...rows]);
}

/** Everything in a snapshot's public state, or all hashes of its private state. */
export function* readState(folder: string, kind: keyof typeof stateFiles): Generator<StateRecord> {
  const { data, metadata } = stateFiles[kind];
  const namespaces = readNamespaces(readFileSync(path.join(folder, metadata)));
  const bytes = readFileSync(path.join(folder, data));
  requireFormat(bytes);
  let offset = 1;
  for (const { namespace, count } of namespaces) {
    for (let index = 0; index < count; index += 1) {
      const length = readUvarint(bytes, offset);
      const end = length.end + length.value;
      const fields = fieldsOf(bytes.subarray(length.end, end));
      const [key, value, version] = [KEY, VALUE, VERSION].map((each) => fields.get(each));
      yield { namespace, key: key ?? EMPTY, value: value ?? EMPTY, version: version ?? EMPTY, end };
      offset = end;
    }
  }
}

const EMPTY = Buffer.alloc(0);

/** A record as a data file has it. */
export function recordBytes({ key, value }: StateEntry, version: Buffer): Buffer {
  const message = Buffer.concat([field(KEY, key), field(VALUE, value), field(VERSION, version)]);
  return Buffer.concat([uvarint(message.length), message]);
}

/** Writes a new file piece by piece and hashes it on the way. */
export class HashedFile {
  readonly #file: number;
  readonly #hash = createHash('sha256');
  #waiting: Buffer[] = [];
  #bytes = 0;

  constructor(file: string) {
    this.#file = openSync(file, 'wx');
  }

  write(bytes: Buffer): void {
    this.#waiting.push(bytes);
    this.#bytes += bytes.length;
    if (this.#bytes >= FLUSH_BYTES) this.#flush();
  }

  /** @returns SHA-256 of all that was written, in hex */
  close(): string {
    this.#flush();
    closeSync(this.#file);
    return this.#hash.digest('hex');
  }

  #flush(): void {
    const bytes = Buffer.concat(this.#waiting);
    this.#hash.update(bytes);
    for (let done = 0; done < bytes.length;) done += writeSync(this.#file, bytes, done);
    this.#waiting = [];
    this.#bytes = 0;
  }
}

/** Length-delimited fields of a protobuf message by their numbers; a snapshot has no others. */
function fieldsOf(message: Buffer): Map<number, Buffer> {
  const fields = new Map<number, Buffer>();
  for (let at = 0; at < message.length;) {
    const tag = readUvarint(message, at);
    const size = readUvarint(message, tag.end);
    at = size.end + size.value;
    fields.set(tag.value >> 3, message.subarray(size.end, at));
  }
  return fields;
}

function field(number: number, bytes: Buffer): Buffer {
  return Buffer.concat([uvarint((number << 3) | 2), uvarint(bytes.length), bytes]);
}

function requireFormat(bytes: Buffer): void {
  if (bytes[0] === FORMAT) return;
  throw new Error(`The snapshot has format ${String(bytes[0])}, not ${FORMAT}`);
}
