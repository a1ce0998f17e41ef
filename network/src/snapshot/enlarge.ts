import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import {
  HashedFile,
  namespacesBytes,
  readNamespaces,
  readState,
  recordBytes,
  stateFiles,
  type StateEntry,
  type StateRecord,
} from './state-file.js';

const SIGNABLE = '_snapshot_signable_metadata.json';
const ADDITIONAL = '_snapshot_additional_metadata.json';
const { data: DATA, metadata: METADATA } = stateFiles.public;

interface SignableMetadata {
  readonly snapshot_files_raw_hashes: Readonly<Record<string, string>>;
}

/**
 * Copies a ledger snapshot and adds entries to a chaincode's public state on the way. Measurements use it
 * on a ledger that would take hours to fill. A peer that joins by it verifies its hashes as any other's,
 * but disagrees with its channel: it is good for queries alone.
 *
 * @param snapshot - folder of a snapshot that a peer made, with something of the chaincode in it
 * @param target - folder to make
 * @returns how many entries were added
 */
export async function enlargeSnapshot(
  snapshot: string,
  target: string,
  chaincode: string,
  entries: AsyncIterable<StateEntry> | Iterable<StateEntry>,
): Promise<number> {
  mkdirSync(target, { recursive: true });
  for (const name of readdirSync(snapshot)) {
    if ([SIGNABLE, ADDITIONAL, DATA, METADATA].includes(name)) continue;
    copyFileSync(path.join(snapshot, name), path.join(target, name));
  }
  const { end, version } = lastOf(snapshot, chaincode);
  const data = readFileSync(path.join(snapshot, DATA));
  const file = new HashedFile(path.join(target, DATA));
  file.write(data.subarray(0, end));
  let added = 0;
  for await (const entry of entries) {
    file.write(recordBytes(entry, version));
    added += 1;
  }
  file.write(data.subarray(end));
  const dataHash = file.close();

  const namespaces = readNamespaces(readFileSync(path.join(snapshot, METADATA)));
  const metadata = namespacesBytes(
    namespaces.map(({ namespace, count }) => ({
      namespace,
      count: namespace === chaincode ? count + added : count,
    })),
  );
  writeFileSync(path.join(target, METADATA), metadata);
  signOff(snapshot, target, { [DATA]: dataHash, [METADATA]: sha256(metadata) });
  return added;
}

function lastOf(snapshot: string, chaincode: string): StateRecord {
  let last: StateRecord | undefined;
  for (const record of readState(snapshot, 'public')) {
    if (record.namespace === chaincode) last = record;
  }
  if (last === undefined) throw new Error(`The snapshot has nothing of ${chaincode}`);
  return last;
}

/** Writes the two files that tell the others' hashes. */
function signOff(
  snapshot: string,
  target: string,
  changed: Readonly<Record<string, string>>,
): void {
  const signable = readJson(path.join(snapshot, SIGNABLE)) as SignableMetadata;
  const hashes = { ...signable.snapshot_files_raw_hashes, ...changed };
  const text = json({ ...signable, snapshot_files_raw_hashes: hashes });
  writeFileSync(path.join(target, SIGNABLE), text);
  const additional = readJson(path.join(snapshot, ADDITIONAL));
  const snapshotHash = sha256(Buffer.from(text));
  writeFileSync(
    path.join(target, ADDITIONAL),
    json({ ...additional, snapshot_hash: snapshotHash }),
  );
}

function json(value: unknown): string {
  return JSON.stringify(value, null, 4);
}

function readJson(file: string): object {
  return JSON.parse(readFileSync(file, 'utf8')) as object;
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
