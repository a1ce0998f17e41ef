import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SalusError } from '@salus/protocol';
import { FileObjects, ObjectPartStore } from '@salus/store-service';
import { coded } from '@salus/testing/coded';
import { checkContent } from './check-content.js';
import { getContent, readContent, type GetOptions } from './get-content.js';
import type { ContentAnchor } from './layout.js';
import type { PartReader } from './part-store.js';
import { putContent } from './put-content.js';
import { repairContent } from './repair-content.js';
import type { StoreFault } from './stripe-reader.js';

const key = Buffer.alloc(32, 7);
const NAMES = ['AMSP', 'BMSP', 'CMSP', 'DMSP', 'EMSP'];
const content = randomBytes(20_000);
const away = () => Promise.reject(new SalusError('ERR_SERVICE_UNREACHABLE', 'a test'));
const down: PartReader = { leaves: away, block: away };

describe('a reader of stores', () => {
  let folder: string;
  let stores: Map<string, ObjectPartStore>;
  let anchor: ContentAnchor;
  let faults: StoreFault[];
  let options: GetOptions;

  /** The store of an organisation, with some of what it does replaced. */
  const lying = (mspId: string, lies: (honest: ObjectPartStore) => Partial<PartReader>) => {
    const honest = stores.get(mspId);
    if (!honest) throw new Error('no store');
    const reader: PartReader = {
      leaves: (root) => honest.leaves(root),
      block: (root, index) => honest.block(root, index),
    };
    return { ...reader, ...lies(honest) };
  };
  const withLiar = (mspId: string, liar: PartReader, also: Record<string, PartReader> = {}) => ({
    ...options,
    stores: new Map<string, PartReader>([...stores, [mspId, liar], ...Object.entries(also)]),
  });
  const lies = () => faults.filter(({ kind }) => kind === 'LIED').map(({ store }) => store);
  const rootOf = (part: number) => anchor.layout.parts[part]?.root ?? '';

  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'salus-content-'));
    stores = new Map(
      NAMES.map((name) => [name, new ObjectPartStore(new FileObjects(path.join(folder, name)))]),
    );
    const writers = [...stores].map(([mspId, store]) => ({ mspId, store }));
    anchor = await putContent(content, {
      key,
      context: 'r1',
      stores: writers,
      k: 3,
      blockSize: 1024,
    });
    faults = [];
    const onFault = (fault: StoreFault) => faults.push(fault);
    options = { key, context: 'r1', stores, onFault };
  });

  afterEach(() => rm(folder, { recursive: true }));

  it.each<[string, (honest: ObjectPartStore) => Partial<PartReader>]>([
    ['another block', () => ({ block: () => Promise.resolve(randomBytes(1024)) })],
    [
      'a block with a bit flipped, in the middle',
      (honest) => ({
        block: async (root, index) => {
          const block = await honest.block(root, index);
          if (index === 4) block.writeUInt8(block.readUInt8(9) ^ 1, 9);
          return block;
        },
      }),
    ],
    [
      'a block that is cut off',
      (honest) => ({
        block: async (root, index) => (await honest.block(root, index)).subarray(0, 1000),
      }),
    ],
    [
      'blocks in another order',
      (honest) => ({ block: (root, index) => honest.block(root, index ^ 1) }),
    ],
    ['nothing', () => ({ block: () => Promise.resolve(Buffer.alloc(0)) })],
    [
      'no end of bytes',
      () => ({ block: () => Promise.reject(new SalusError('ERR_TOO_LARGE', 'too much came')) }),
    ],
    [
      'a list of leaves that it made up',
      () => ({ leaves: () => Promise.resolve(Array<string>(7).fill('0'.repeat(64))) }),
    ],
    [
      'too short a list of leaves',
      (honest) => ({ leaves: async (root) => (await honest.leaves(root)).slice(1) }),
    ],
    ['an empty list', () => ({ leaves: () => Promise.resolve([]) })],
    [
      'another part, with its own list',
      (honest) => ({
        leaves: () => stores.get('BMSP')?.leaves(rootOf(1)) ?? honest.leaves(rootOf(0)),
        block: (_, index) => stores.get('BMSP')?.block(rootOf(1), index) ?? honest.block('', 0),
      }),
    ],
  ])('is not deceived by a store that sends %s, and names it', async (_what, how) => {
    const reading = withLiar('AMSP', lying('AMSP', how));
    expect(await readContent(anchor, reading)).toEqual(content);
    expect(new Set(lies())).toEqual(new Set(['AMSP']));
  });

  it('reads on with two stores down and one slow', async () => {
    const slow = lying('AMSP', (honest) => ({
      block: async (root, index) => {
        await sleep(30);
        return honest.block(root, index);
      },
    }));
    const reading = withLiar('AMSP', slow, { DMSP: down, EMSP: down });
    expect(await readContent(anchor, { ...reading, patienceMs: 5 })).toEqual(content);
  });

  it('gives up, having handed out nothing wrong, with two stores down and one lying', async () => {
    const liar = lying('AMSP', (honest) => ({
      block: async (root, index) => (index < 3 ? honest.block(root, index) : randomBytes(1024)),
    }));
    const seen: Buffer[] = [];
    const read = async () => {
      const reading = withLiar('AMSP', liar, { DMSP: down, EMSP: down });
      for await (const piece of getContent(anchor, reading)) seen.push(piece);
    };
    await expect(read()).rejects.toThrow(coded('ERR_CONTENT_UNAVAILABLE'));
    expect(content.indexOf(Buffer.concat(seen))).toBe(0);
    expect(Buffer.concat(seen).length).toBeLessThan(content.length);
    expect(lies()).toContain('AMSP');
  });

  it('replaces a store that goes down in the middle, and asks it first no more', async () => {
    let asked = 0;
    const failing = lying('AMSP', (honest) => ({
      block: (root, index) => {
        asked += 1;
        return asked <= 2 ? honest.block(root, index) : away();
      },
    }));
    expect(await readContent(anchor, withLiar('AMSP', failing))).toEqual(content);
    expect(faults.every(({ store, kind }) => store === 'AMSP' && kind === 'FAILED')).toBe(true);
    expect(asked).toBeLessThan(7);
  });

  it('replaces one that is slow, and tells of it', async () => {
    const never = lying('AMSP', () => ({
      block: async (_root, _index, { signal } = {}) => {
        await sleep(60_000, undefined, { signal });
        return Buffer.alloc(0);
      },
    }));
    const reading = { ...withLiar('AMSP', never), patienceMs: 20 };
    expect(await readContent(anchor, reading)).toEqual(content);
    // A busy machine makes others slow too.
    expect(faults).toContainEqual(expect.objectContaining({ store: 'AMSP', kind: 'SLOW' }));
  });

  it('finds a bit that flipped on a disk, and the store mends it', async () => {
    const blocks = path.join(folder, 'BMSP', 'blocks');
    const [upload = ''] = await readdir(blocks);
    const [name = ''] = await readdir(path.join(blocks, upload));
    const file = path.join(blocks, upload, name);
    const bytes = await readFile(file);
    bytes.writeUInt8(bytes.readUInt8(77) ^ 4, 77);
    await writeFile(file, bytes);
    expect(await readContent(anchor, options)).toEqual(content);
    expect(faults[0]).toMatchObject({ store: 'BMSP', kind: 'FAILED' });
    const states = await checkContent(anchor, { stores });
    expect(states.map(({ state }) => state)).toEqual([
      ...['SOUND', 'DAMAGED', 'SOUND', 'SOUND', 'SOUND'],
    ]);
    const target = stores.get('BMSP');
    if (target) await repairContent(anchor, { stores, part: 1, target });
    const after = await checkContent(anchor, { stores });
    expect(after.every(({ state }) => state === 'SOUND')).toBe(true);
  });

  it('repairs nothing from parts that do not belong together', async () => {
    const [first, ...others] = anchor.layout.parts;
    const parts = [{ root: 'f'.repeat(64), store: first?.store ?? '' }, ...others];
    const forged = { ...anchor, layout: { ...anchor.layout, parts } };
    const target = stores.get('AMSP');
    if (!target) throw new Error('no store');
    await expect(repairContent(forged, { stores, part: 0, target })).rejects.toThrow(
      coded('ERR_HASH_MISMATCH'),
    );
    expect(await checkContent(anchor, { stores })).toHaveLength(5);
  });

  it('tells the denial, where it was denied, and which stores have what', async () => {
    const denial = () => Promise.reject(new SalusError('ERR_NO_DECISION', 'expired'));
    const denying: PartReader = { leaves: denial, block: denial };
    const all = new Map(NAMES.map((name) => [name, denying]));
    await expect(readContent(anchor, { ...options, stores: all })).rejects.toThrow(
      coded('ERR_NO_DECISION'),
    );
    const some = new Map<string, PartReader>([...stores, ['AMSP', denying], ['BMSP', down]]);
    some.delete('CMSP');
    const states = await checkContent(anchor, { stores: some });
    expect(states.map(({ state }) => state)).toEqual([
      ...['DENIED', 'UNREACHABLE', 'UNREACHABLE', 'SOUND', 'SOUND'],
    ]);
  });

  it('believes no other content of the same length, key or context', async () => {
    const put = (key: Uint8Array) =>
      putContent(randomBytes(20_000), {
        key,
        context: 'r1',
        k: 3,
        blockSize: 1024,
        stores: [...stores].map(([mspId, store]) => ({ mspId, store })),
      });
    const mixed = { ...anchor, layout: (await put(options.key)).layout };
    await expect(readContent(mixed, options)).rejects.toThrow(coded('ERR_HASH_MISMATCH'));
    const other = await put(randomBytes(32));
    const another = { ...mixed, layout: other.layout, contentHash: other.contentHash };
    await expect(readContent(another, options)).rejects.toThrow(coded('ERR_DECRYPTION_FAILED'));
    await expect(readContent(anchor, { ...options, context: 'r2' })).rejects.toThrow(
      coded('ERR_DECRYPTION_FAILED'),
    );
    const wrong = { ...anchor, contentHash: other.contentHash };
    await expect(readContent(wrong, options)).rejects.toThrow(coded('ERR_HASH_MISMATCH'));
  });

  it.each<[string, (anchor: ContentAnchor) => unknown]>([
    ['k of none', ({ layout }) => ({ layout: { ...layout, k: 0 } })],
    ['more than all', ({ layout }) => ({ layout: { ...layout, k: 6 } })],
    ['a part missing', ({ layout }) => ({ layout: { ...layout, n: 6 } })],
    ['endless blocks', ({ layout }) => ({ layout: { ...layout, blockSize: 2 ** 40 } })],
    ['no size', () => ({ size: 0 })],
    ['an endless size', () => ({ size: 2 ** 52 })],
    ['a size that is none', () => ({ size: 'all' })],
    [
      'a path in place of a root',
      ({ layout }) => ({
        layout: { ...layout, parts: layout.parts.map((p) => ({ ...p, root: '../x' })) },
      }),
    ],
  ])('reads nothing by a layout with %s', async (_what, change) => {
    const forged = { ...anchor, ...(change(anchor) as Partial<ContentAnchor>) };
    await expect(readContent(forged, options)).rejects.toThrow(coded('ERR_INVALID_ARGUMENT'));
  });

  it('stops asking when whoever reads has enough', async () => {
    const ending = new AbortController();
    const pieces = getContent(anchor, { ...options, signal: ending.signal });
    ending.abort(new Error('enough'));
    await expect(pieces.next()).rejects.toThrow('enough');
  });
});
