import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { faultsOf } from './faults.js';

const release = {
  version: '1.2.3',
  license: 'Apache-2.0',
  licenseText: 'the licence',
  workspaces: ['@house/a', '@house/b', '@house/private'],
  published: ['@house/a', '@house/b'],
};
const manifest = {
  name: '@house/a',
  version: '1.2.3',
  license: 'Apache-2.0',
  description: 'A room',
  main: 'dist/index.js',
  types: 'dist/index.d.ts',
  exports: {
    '.': { types: './dist/index.d.ts', default: './dist/index.js' },
    './package.json': './package.json',
    './room': { types: './dist/room/index.d.ts', default: './dist/room/index.js' },
  },
  dependencies: { '@house/b': '1.2.3', zod: '4.6.7' },
};
const files = {
  LICENSE: 'the licence',
  'README.md': '# @house/a\n\nA room.\n',
  'dist/index.js': "exports.room = require('./room/index.js');\n",
  'dist/index.d.ts': "export * from './room/index.js';\n",
  'dist/room/index.js': 'exports.here = 1;\n',
  'dist/room/index.d.ts': 'export declare const here = 1;\n',
};

let folder: string;

/** The faults of a package in order, but for a change of manifest or files; null takes a file out. */
function faultsWith(
  change: Readonly<Record<string, unknown>> = {},
  changedFiles: Readonly<Record<string, string | null>> = {},
): string[] {
  const all = { ...files, ...changedFiles };
  for (const [name, text] of Object.entries(all)) {
    if (typeof text !== 'string') continue;
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
  writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ ...manifest, ...change }));
  return faultsOf(folder, release);
}

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'salus-package-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe('a package that would be published', () => {
  it('has no fault when it is in order', () => {
    expect(faultsWith()).toEqual([]);
  });

  it.each<[string, Record<string, unknown>, Record<string, string | null>, string]>([
    ['another version', { version: '1.2.4' }, {}, 'version is not 1.2.3'],
    ['another licence', { license: 'MIT' }, {}, 'license is not Apache-2.0'],
    ['no LICENSE', {}, { LICENSE: null }, 'LICENSE is missing'],
    ['a changed LICENSE', {}, { LICENSE: 'x' }, 'LICENSE is not that of the repository'],
    ['no README.md', {}, { 'README.md': null }, 'README.md is missing'],
    [
      'the README.md of another',
      {},
      { 'README.md': '# @house/b\n' },
      'README.md does not begin with "# @house/a"',
    ],
    ['no description', { description: '' }, {}, 'description is missing'],
    [
      'a test in what is shipped',
      {},
      { 'dist/room/a.test.js': '' },
      'dist/room/a.test.js is not for users',
    ],
    [
      'an export that is not there',
      { exports: { '.': { types: './dist/index.d.ts', default: './dist/gone.js' } } },
      {},
      'exports . default is ./dist/gone.js, which is not in the package',
    ],
    [
      'an export without types',
      { exports: { '.': { default: './dist/index.js' } } },
      {},
      'exports . has no types',
    ],
    [
      'an export without types for one of the module systems',
      {
        exports: {
          '.': {
            import: { types: './dist/index.d.ts', default: './dist/index.js' },
            require: { default: './dist/index.js' },
          },
        },
      },
      {},
      'exports . has no types',
    ],
    ['no types at all', { exports: undefined, types: undefined }, {}, 'types is not set'],
    [
      'a dependency on a private workspace',
      { dependencies: { '@house/private': '1.2.3' } },
      {},
      'depends on @house/private, which is not published',
    ],
    [
      'a dependency on another version of a workspace',
      { dependencies: { '@house/b': '1.2.2' } },
      {},
      'depends on @house/b at 1.2.2, not 1.2.3',
    ],
    [
      'a dependency on a folder',
      { dependencies: { '@house/b': 'file:../b' } },
      {},
      'depends on @house/b at file:../b, which no registry has',
    ],
    [
      'an import of a file that was not packed',
      {},
      { 'dist/index.js': "require('./room/gone.js');\n" },
      'dist/index.js imports ./room/gone.js, which is not in the package',
    ],
  ])('is refused with %s', (_, change, changedFiles, fault) => {
    expect(faultsWith(change, changedFiles)).toEqual([fault]);
  });
});
