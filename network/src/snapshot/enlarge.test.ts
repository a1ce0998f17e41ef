import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { enlargeSnapshot } from './enlarge.js';
import { namespacesBytes, readNamespaces, readState, recordBytes } from './state-file.js';
import { readUvarint, uvarint } from './varint.js';

const VERSION = Buffer.from([1, 7, 1, 0]);
const entry = (key: string, value: string) => ({
  key: Buffer.from(key),
  value: Buffer.from(value),
});

describe('a ledger snapshot', () => {
  let home: string;
  let folder: string;
  let target: string;
  beforeEach(() => {
    home = mkdtempSync(path.join(os.tmpdir(), 'salus-snapshot-'));
    [folder, target] = [path.join(home, 'made'), path.join(home, 'larger')];
    mkdirSync(folder);
    const records = [entry('config', 'c'), entry('a', '1'), entry('b', '2'), entry('z', '3')];
    const data = Buffer.concat([
      Buffer.from([1]),
      ...records.map((each) => recordBytes(each, VERSION)),
    ]);
    writeFileSync(path.join(folder, 'public_state.data'), data);
    const namespaces = [
      { namespace: '', count: 1 },
      { namespace: 'ehr', count: 2 },
      { namespace: 'lscc', count: 1 },
    ];
    writeFileSync(path.join(folder, 'public_state.metadata'), namespacesBytes(namespaces));
    writeFileSync(path.join(folder, 'txids.data'), 'transactions');
    const hashes = { 'public_state.data': 'old', 'txids.data': 'kept' };
    const signable = { channel_name: 'edge', snapshot_files_raw_hashes: hashes };
    writeFileSync(path.join(folder, '_snapshot_signable_metadata.json'), JSON.stringify(signable));
    const additional = { snapshot_hash: 'old', last_block_commit_hash: 'kept' };
    writeFileSync(
      path.join(folder, '_snapshot_additional_metadata.json'),
      JSON.stringify(additional),
    );
  });
  afterEach(() => {
    rmSync(home, { recursive: true });
  });

  it('is read record by record', () => {
    const read = [...readState(folder, 'public')].map(({ namespace, key, value, version }) => [
      namespace,
      key.toString(),
      value.toString(),
      version.equals(VERSION),
    ]);
    expect(read).toEqual([
      ['', 'config', 'c', true],
      ['ehr', 'a', '1', true],
      ['ehr', 'b', '2', true],
      ['lscc', 'z', '3', true],
    ]);
  });

  it('takes entries of a chaincode, and tells the hashes of what it became', async () => {
    const more = Array.from({ length: 300 }, (_, index) => entry(`more${index}`, 'x'.repeat(200)));
    expect(await enlargeSnapshot(folder, target, 'ehr', more)).toBe(300);
    const records = [...readState(target, 'public')];
    expect(records.map(({ namespace }) => namespace)).toEqual([
      '',
      ...Array.from({ length: 302 }, () => 'ehr'),
      'lscc',
    ]);
    expect(records.at(-1)?.key.toString()).toBe('z');
    const sha256 = (name: string) =>
      createHash('sha256')
        .update(readFileSync(path.join(target, name)))
        .digest('hex');
    const json = (name: string) =>
      JSON.parse(readFileSync(path.join(target, name), 'utf8')) as object;
    expect(json('_snapshot_signable_metadata.json')).toEqual({
      channel_name: 'edge',
      snapshot_files_raw_hashes: {
        'public_state.data': sha256('public_state.data'),
        'public_state.metadata': sha256('public_state.metadata'),
        'txids.data': 'kept',
      },
    });
    expect(json('_snapshot_additional_metadata.json')).toEqual({
      snapshot_hash: sha256('_snapshot_signable_metadata.json'),
      last_block_commit_hash: 'kept',
    });
  });

  it('is refused where it has nothing of the chaincode, or another format', async () => {
    await expect(enlargeSnapshot(folder, target, 'drug', [])).rejects.toThrow('nothing of drug');
    expect(() => readNamespaces(Buffer.from([2, 0]))).toThrow('format 2');
  });

  it.each([0, 1, 127, 128, 300, 2 ** 31, 2 ** 40])('writes %p as a varint', (value) => {
    const bytes = uvarint(value);
    expect(readUvarint(bytes, 0)).toEqual({ value, end: bytes.length });
  });

  it('refuses a varint that is cut off', () => {
    expect(() => readUvarint(Buffer.from([0x80]), 0)).toThrow('in the middle');
  });
});
