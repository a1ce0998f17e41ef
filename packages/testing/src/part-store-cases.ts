import { leafOf } from '@salus/client/content';
import { DAY_MS, merkleRoot } from '@salus/protocol';
import { ObjectPartStore, type ObjectStore } from '@salus/store-service';
import { coded } from './coded.js';

const UPLOAD = 'upload-1';
/** An object store of a test, empty at first. */
export interface TestObjects {
  readonly objects: ObjectStore;
  close(): Promise<void>;
}

/** Names of all that a store keeps. */
async function namesIn(objects: ObjectStore): Promise<string[]> {
  const names: string[] = [];
  for (const kind of ['blocks/', 'open/', 'parts/']) {
    for await (const { name } of objects.list(kind)) names.push(name);
  }
  return names;
}

/** What parts have to do in every kind of object store. */
export function partStoreCases(open: () => Promise<TestObjects>): void {
  let opened: TestObjects;
  let objects: ObjectStore;
  let store: ObjectPartStore;
  const blocks = [1, 2, 3].map((byte) => Buffer.alloc(100, byte));
  const leaves = blocks.map(leafOf);
  const root = merkleRoot(blocks);

  beforeEach(async () => {
    opened = await open();
    objects = opened.objects;
    store = new ObjectPartStore(objects);
  });

  afterEach(() => opened.close());

  const upload = async (uploadId = UPLOAD) => {
    for (const [index, block] of blocks.entries()) await store.put(uploadId, index, block);
  };

  it('are there once they are finished, and then as a whole', async () => {
    await upload();
    await expect(store.leaves(root)).rejects.toThrow(coded('ERR_NOT_FOUND'));
    await store.finish(UPLOAD, { root, leaves });
    expect(await store.leaves(root)).toEqual(leaves);
    expect(await store.block(root, 1)).toEqual(blocks[1]);
    await expect(store.block(root, 3)).rejects.toThrow(coded('ERR_NOT_FOUND'));
    expect(await store.checkPart(root)).toEqual({ root, isSound: true, damaged: [] });
    expect(await namesIn(objects)).toHaveLength(4);
  });

  it('tell which blocks of an upload are there, also to another process', async () => {
    await store.put(UPLOAD, 2, blocks[2] ?? Buffer.alloc(0));
    await store.put(UPLOAD, 0, blocks[0] ?? Buffer.alloc(0));
    expect(await new ObjectPartStore(objects).held(UPLOAD)).toEqual([
      { index: 0, leaf: leaves[0] },
      { index: 2, leaf: leaves[2] },
    ]);
    await expect(store.finish(UPLOAD, { root, leaves })).rejects.toThrow(coded('ERR_CONFLICT'));
    expect(await store.held('upload-2')).toEqual([]);
  });

  it('are not finished under another root', async () => {
    await upload();
    const other = merkleRoot([...blocks].reverse());
    await expect(store.finish(UPLOAD, { root: other, leaves })).rejects.toThrow(
      coded('ERR_HASH_MISMATCH'),
    );
    await expect(store.finish(UPLOAD, { root, leaves: leaves.slice(1) })).rejects.toThrow(
      coded('ERR_HASH_MISMATCH'),
    );
  });

  it('may be put and finished again, also by another upload', async () => {
    await upload();
    await store.finish(UPLOAD, { root, leaves });
    await upload();
    await store.finish(UPLOAD, { root, leaves });
    expect(await store.block(root, 0)).toEqual(blocks[0]);
    await upload('upload-2');
    await store.finish('upload-2', { root, leaves });
    expect(await store.block(root, 0)).toEqual(blocks[0]);
    expect(await namesIn(objects)).toHaveLength(4);
  });

  it('leave nothing behind that a block was replaced by', async () => {
    await store.put(UPLOAD, 0, Buffer.from('first thought'));
    await upload();
    await store.finish(UPLOAD, { root, leaves });
    expect(await namesIn(objects)).toHaveLength(4);
  });

  it('are found by a reader that knew where they were before a repair', async () => {
    await upload();
    await store.finish(UPLOAD, { root, leaves });
    expect(await store.block(root, 0)).toEqual(blocks[0]);
    const repairer = new ObjectPartStore(objects);
    for (const [index, block] of blocks.entries()) await repairer.put('upload-2', index, block);
    await repairer.finish('upload-2', { root, leaves });
    expect(await store.block(root, 0)).toEqual(blocks[0]);
  });

  it('are removed with all their blocks', async () => {
    await upload();
    await store.finish(UPLOAD, { root, leaves });
    expect(await store.remove(root)).toBe(true);
    expect(await store.remove(root)).toBe(false);
    expect(await namesIn(objects)).toEqual([]);
    await expect(store.block(root, 0)).rejects.toThrow(coded('ERR_NOT_FOUND'));
  });

  it('are swept when nothing came to their upload for long, and not when they are finished', async () => {
    await upload();
    await store.finish(UPLOAD, { root, leaves });
    await upload('upload-2');
    expect(await store.unfinishedBytes('upload-')).toBe(300);
    await store.sweep(Date.now() - DAY_MS);
    expect(await store.held('upload-2')).toHaveLength(3);
    await store.sweep(Date.now() + DAY_MS);
    expect(await store.held('upload-2')).toEqual([]);
    expect(await store.unfinishedBytes('upload-')).toBe(0);
    expect(await store.block(root, 0)).toEqual(blocks[0]);
    expect(await namesIn(objects)).toHaveLength(4);
    // What was swept may come again.
    await store.put('upload-2', 0, blocks[0] ?? Buffer.alloc(0));
    expect(await store.unfinishedBytes('upload-')).toBe(100);
  });

  it('stay when their store went down between finishing and tidying up', async () => {
    await upload();
    await store.finish(UPLOAD, { root, leaves });
    await objects.put(`open/${UPLOAD}`, Buffer.from(root));
    await store.sweep(Date.now() + DAY_MS);
    expect(await store.block(root, 0)).toEqual(blocks[0]);
    expect(await namesIn(objects)).toHaveLength(4);
  });

  it('stay when more comes to their upload after they were finished', async () => {
    await upload();
    await store.finish(UPLOAD, { root, leaves });
    // A block that comes late, or one that somebody sends to have the part swept.
    await store.put(UPLOAD, 0, Buffer.from('late'));
    await store.sweep(Date.now() + DAY_MS);
    expect(await store.checkPart(root)).toEqual({ root, isSound: true, damaged: [] });
    expect(await namesIn(objects)).toHaveLength(4);
  });

  it('stay when their upload is to be finished as another part too', async () => {
    await upload();
    const other = Buffer.from('other');
    await store.put(UPLOAD, 0, other);
    const parts = [
      { root, leaves },
      { root: merkleRoot([other]), leaves: [leafOf(other)] },
    ];
    const finished = await Promise.allSettled(parts.map((part) => store.finish(UPLOAD, part)));
    expect(finished).toMatchObject([
      { status: 'fulfilled' },
      { status: 'rejected', reason: { code: 'ERR_CONFLICT' } },
    ]);
    expect(await store.checkPart(root)).toEqual({ root, isSound: true, damaged: [] });
    // Once the part is gone its upload may be used again.
    await store.remove(root);
    await store.put(UPLOAD, 0, other);
    await store.finish(UPLOAD, { root: merkleRoot([other]), leaves: [leafOf(other)] });
    expect(await store.block(merkleRoot([other]), 0)).toEqual(other);
  });

  it('take no names that lead elsewhere, and no blocks out of bounds', async () => {
    const block = Buffer.from('x');
    for (const uploadId of [
      '../../../etc',
      'a/../../b',
      '',
      'short',
      'with space',
      'nul\u0000nul',
    ]) {
      await expect(store.put(uploadId, 0, block)).rejects.toThrow(coded('ERR_INVALID_ARGUMENT'));
      await expect(store.held(uploadId)).rejects.toThrow(coded('ERR_INVALID_ARGUMENT'));
    }
    for (const index of [-1, 0.5, 65_536, NaN]) {
      await expect(store.put(UPLOAD, index, block)).rejects.toThrow(coded('ERR_INVALID_ARGUMENT'));
    }
    for (const name of ['../x', `${'a'.repeat(62)}..`, 'A'.repeat(64), '']) {
      await expect(store.leaves(name)).rejects.toThrow(coded('ERR_INVALID_ARGUMENT'));
      await expect(store.remove(name)).rejects.toThrow(coded('ERR_INVALID_ARGUMENT'));
    }
    for (const length of [0, 4 * 1024 * 1024 + 1]) {
      await expect(store.put(UPLOAD, 0, Buffer.alloc(length))).rejects.toThrow(
        coded('ERR_TOO_LARGE'),
      );
    }
    expect(await namesIn(objects)).toEqual([]);
  });

  it('tell of blocks and lists that have changed', async () => {
    await upload();
    await store.finish(UPLOAD, { root, leaves });
    const [name = ''] = (await namesIn(objects)).filter((one) => one.startsWith('blocks/'));
    const bytes = Buffer.from((await objects.get(name)) ?? '');
    bytes.writeUInt8(bytes.readUInt8(50) ^ 1, 50);
    await objects.put(name, bytes);
    await expect(store.block(root, 0)).rejects.toThrow(coded('ERR_HASH_MISMATCH'));
    expect(await store.checkPart(root)).toEqual({ root, isSound: false, damaged: [0] });
    await objects.put(`parts/${root.slice(0, 2)}/${root}`, Buffer.from('{"leaves":[]}'));
    const afresh = new ObjectPartStore(objects);
    await expect(afresh.leaves(root)).rejects.toThrow(coded('ERR_HASH_MISMATCH'));
    expect(await collect(afresh.check())).toEqual([{ root, isSound: false, damaged: [] }]);
  });
}

/** All items of a list. */
export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
