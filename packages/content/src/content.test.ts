import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { FileObjects, ObjectPartStore } from '@salus/store-service';
import { coded } from '@salus/testing/coded';
import { checkContent } from './check-content.js';
import { readContent } from './get-content.js';
import { putContent, type PutOptions } from './put-content.js';
import { repairContent } from './repair-content.js';
import type { StoreFault } from './stripe-reader.js';

const key = Buffer.alloc(32, 7);
const NAMES = ['AMSP', 'BMSP', 'CMSP', 'DMSP', 'EMSP'];

describe('content in stores', () => {
  let folder: string;
  let stores: Map<string, ObjectPartStore>;
  const options = (changes: Partial<PutOptions> = {}): PutOptions => ({
    key,
    context: 'r1',
    k: 3,
    blockSize: 1024,
    stores: [...stores].map(([mspId, store]) => ({ mspId, store })),
    ...changes,
  });
  const reading = { key, context: 'r1' };

  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'salus-content-'));
    stores = new Map(
      NAMES.map((name) => [name, new ObjectPartStore(new FileObjects(path.join(folder, name)))]),
    );
  });

  afterEach(() => rm(folder, { recursive: true }));

  it.each([0, 1, 3000, 3072, 3073, 20_000, 100_000])('comes back: %i bytes', async (length) => {
    const content = randomBytes(length);
    const anchor = await putContent(content, options());
    expect(await readContent(anchor, { ...reading, stores })).toEqual(content);
    expect(anchor.layout).toMatchObject({ k: 3, n: 5, blockSize: 1024 });
  });

  it('comes back from any three of five stores, and not from two', async () => {
    const content = randomBytes(10_000);
    const anchor = await putContent(content, options());
    for (const [a, b] of pairs(NAMES)) {
      const left = new Map([...stores].filter(([name]) => name !== a && name !== b));
      expect(await readContent(anchor, { ...reading, stores: left })).toEqual(content);
      const two = new Map([...stores].filter(([name]) => name === a || name === b));
      await expect(readContent(anchor, { ...reading, stores: two })).rejects.toThrow(
        coded('ERR_CONTENT_UNAVAILABLE'),
      );
    }
  });

  it('is repaired without its key', async () => {
    const content = randomBytes(10_000);
    const anchor = await putContent(content, options());
    for (const [part, place] of anchor.layout.parts.entries()) {
      const target = stores.get(place.store);
      if (!target) throw new Error('no store');
      await target.remove(place.root);
      expect(await readdir(path.join(folder, place.store))).toEqual([]);
      const states = await checkContent(anchor, { stores });
      expect(states.map(({ state }) => state === 'MISSING')).toEqual(
        anchor.layout.parts.map((_, at) => at === part),
      );
      await repairContent(anchor, { stores, part, target });
      const after = await checkContent(anchor, { stores });
      expect(after.every(({ state }) => state === 'SOUND')).toBe(true);
    }
    expect(await readContent(anchor, { ...reading, stores })).toEqual(content);
  });

  it('tells of a store that is gone', async () => {
    const content = randomBytes(10_000);
    const anchor = await putContent(content, options());
    const [first] = anchor.layout.parts;
    await stores.get('AMSP')?.remove(first?.root ?? '');
    const faults: StoreFault[] = [];
    const onFault = (fault: StoreFault) => faults.push(fault);
    expect(await readContent(anchor, { ...reading, stores, onFault })).toEqual(content);
    expect(faults[0]).toMatchObject({ store: 'AMSP', part: 0, kind: 'FAILED' });
  });
});

function pairs<T>(values: readonly T[]): [T, T][] {
  return values.flatMap((a, at) => values.slice(at + 1).map((b): [T, T] => [a, b]));
}
