import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { partStoreCases } from '@salus/testing/part-store-cases';
import { FileObjects } from './file-objects.js';
import { ObjectPartStore } from './object-part-store.js';

const newFolder = () => mkdtemp(path.join(os.tmpdir(), 'salus-parts-'));

describe('parts in files', () => {
  partStoreCases(async () => {
    const folder = await newFolder();
    return { objects: new FileObjects(folder), close: () => rm(folder, { recursive: true }) };
  });

  it('do not count what a crash left half-written', async () => {
    const folder = await newFolder();
    const store = new ObjectPartStore(new FileObjects(folder));
    await store.put('upload-1', 0, Buffer.from('block'));
    const blocks = path.join(folder, 'blocks', 'upload-1');
    const [name = ''] = await readdir(blocks);
    await writeFile(path.join(blocks, `${name}.0e5c.tmp`), 'half');
    expect(await store.held('upload-1')).toHaveLength(1);
    await rm(folder, { recursive: true });
  });
});
