import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pruneFolder } from './prune-built.js';

describe('what a build leaves of sources that have gone', () => {
  let folder: string;
  const write = (file: string) => {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), '');
  };
  const pruned = () => pruneFolder(path.join(folder, 'src'), path.join(folder, 'dist')).sort();

  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'salus-prune-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('a module that moved to another folder is removed from its former one', () => {
    write('src/bfv/seal.ts');
    const stale = ['seal.d.ts', 'seal.d.ts.map', 'seal.js', 'seal.js.map'];
    for (const file of stale) write(`dist/${file}`);
    write('dist/bfv/seal.js');

    expect(pruned()).toEqual(stale);
    expect(existsSync(path.join(folder, 'dist/seal.js'))).toBe(false);
    expect(existsSync(path.join(folder, 'dist/bfv/seal.js'))).toBe(true);
  });

  it('entries for ES modules and files that are not compiled stay', () => {
    write('src/index.ts');
    for (const file of ['index.mjs', 'index.d.mts', 'worker.wasm']) write(`dist/${file}`);

    expect(pruned()).toEqual([]);
  });

  it('a project that was never built has nothing to remove', () => {
    write('src/index.ts');

    expect(pruned()).toEqual([]);
  });
});
