import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { SalusError } from '@salus/protocol';
import { FileObjects, ObjectPartStore } from '@salus/store-service';
import { coded } from '@salus/testing/coded';
import { readContent } from './get-content.js';
import type { PartWriter } from './part-store.js';
import { putContent, type PutOptions } from './put-content.js';
import { FileUploadJournal } from '@salus/client/content';

const key = Buffer.alloc(32, 7);
const NAMES = ['AMSP', 'BMSP', 'CMSP'];
const content = randomBytes(20_000);

/** What arrived at a store. */
interface Seen {
  readonly puts: { readonly index: number; readonly block: Buffer }[];
}

describe('an upload that was cut off', () => {
  let folder: string;
  let journal: FileUploadJournal;
  const seen: Seen = { puts: [] };

  const storeOf = (name: string) => new ObjectPartStore(new FileObjects(path.join(folder, name)));
  /** A store that goes down after so many blocks. */
  const failing = (name: string, after: number): PartWriter => {
    const store = storeOf(name);
    let puts = 0;
    return {
      held: (uploadId) => store.held(uploadId),
      finish: (uploadId, part) => store.finish(uploadId, part),
      put: async (uploadId, index, block) => {
        puts += 1;
        if (puts > after) throw new SalusError('ERR_NOT_FOUND', 'a test');
        seen.puts.push({ index, block: Buffer.from(block) });
        await store.put(uploadId, index, block);
      },
    };
  };
  const options = (after = Infinity): PutOptions => ({
    key,
    context: 'r1',
    k: 2,
    blockSize: 1024,
    resume: journal,
    stores: NAMES.map((mspId) => ({ mspId, store: failing(mspId, after) })),
  });
  const reading = () => ({
    key,
    context: 'r1',
    stores: new Map(NAMES.map((name) => [name, storeOf(name)])),
  });

  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'salus-resume-'));
    journal = new FileUploadJournal(path.join(folder, 'journal', 'upload'));
    seen.puts.length = 0;
    await expect(putContent(content, options(4))).rejects.toThrow(coded('ERR_NOT_FOUND'));
  });

  afterEach(() => rm(folder, { recursive: true }));

  it('goes on where it stopped, sending no block twice', async () => {
    const before = seen.puts.length;
    expect(before).toBe(12);
    let stored = 0;
    const anchor = await putContent(content, {
      ...options(),
      onProgress: (progress) => (stored = progress.stored),
    });
    expect(seen.puts).toHaveLength(30);
    expect(stored).toBe(anchor.size);
    expect(await readContent(anchor, reading())).toEqual(content);
  });

  it('sends the very same blocks again to a store that has lost them', async () => {
    await rm(path.join(folder, 'AMSP'), { recursive: true });
    const anchor = await putContent(content, options());
    expect(seen.puts).toHaveLength(34);
    expect(await readContent(anchor, reading())).toEqual(content);
  });

  it('ends as it ended when it is put again after all, until its journal is ended', async () => {
    const anchor = await putContent(content, options());
    expect(await putContent(content, options())).toEqual(anchor);
    expect(seen.puts).toHaveLength(30);
    await journal.end();
    const other = await putContent(content, options());
    expect(other.contentHash).not.toBe(anchor.contentHash);
  });

  it.each<[string, (changed: Buffer) => void]>([
    ['a byte in what was sent', (changed) => changed.writeUInt8(changed.readUInt8(5) ^ 1, 5)],
    [
      'a byte in the next stripe',
      (changed) => changed.writeUInt8(changed.readUInt8(6500) ^ 1, 6500),
    ],
  ])('does not go on with other content: %s', async (_what, change) => {
    const changed = Buffer.from(content);
    change(changed);
    const before = seen.puts.length;
    const noted = (await journal.read())?.stripes.length ?? 0;
    expect(noted).toBeGreaterThan(3);
    await expect(putContent(changed, options())).rejects.toThrow(coded('ERR_CONFLICT'));
    // Nothing of a stripe that is no longer what it was has left the house.
    for (const { block } of seen.puts.slice(before)) {
      expect(
        seen.puts.slice(0, before).every((one) => !isXorOf(one.block, block, content, changed)),
      ).toBe(true);
    }
  });

  it('does not go on under another key', async () => {
    const other = { ...options(), key: Buffer.alloc(32, 8) };
    await expect(putContent(content, other)).rejects.toThrow(coded('ERR_CONFLICT'));
  });

  it('passes over a line of its journal that a crash cut off', async () => {
    const file = path.join(folder, 'journal', 'upload');
    const text = await readFile(file, 'utf8');
    await writeFile(file, `${text}abc`);
    expect((await journal.read())?.stripes).toHaveLength(text.split('\n').length - 2);
    expect(await readFile(file, 'utf8')).toBe(text);
    await writeFile(file, 'cut');
    expect(await journal.read()).toBeUndefined();
  });

  it('tries a store again that does not answer for a moment', async () => {
    await journal.end();
    let failures = 0;
    const flaky = failing('AMSP', Infinity);
    const stores = NAMES.map((mspId) => ({ mspId, store: failing(mspId, Infinity) }));
    stores[0] = {
      mspId: 'AMSP',
      store: {
        ...flaky,
        put: (uploadId, index, block) => {
          failures += 1;
          if (failures > 2) return flaky.put(uploadId, index, block);
          return Promise.reject(new SalusError('ERR_SERVICE_UNREACHABLE', 'a test'));
        },
      },
    };
    const anchor = await putContent(content, { ...options(), stores });
    expect(await readContent(anchor, reading())).toEqual(content);
  });

  it('stops when it is told to', async () => {
    await journal.end();
    const ending = new AbortController();
    const onProgress = () => ending.abort(new Error('enough'));
    const stopped = putContent(content, { ...options(), onProgress, signal: ending.signal });
    await expect(stopped).rejects.toThrow('enough');
  });
});

/** Whether two blocks differ just as two contents do somewhere: what reuse of a nonce would show. */
function isXorOf(one: Buffer, other: Buffer, before: Buffer, after: Buffer): boolean {
  const difference = before.findIndex((byte, at) => byte !== after[at]);
  const xor = (before[difference] ?? 0) ^ (after[difference] ?? 0);
  const places = [...one.keys()].filter((at) => one[at] !== other[at]);
  return places.length === 1 && ((one[places[0] ?? 0] ?? 0) ^ (other[places[0] ?? 0] ?? 0)) === xor;
}
