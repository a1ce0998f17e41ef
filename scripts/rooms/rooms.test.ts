import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const check = path.join(__dirname, 'check.js');
const modules = path.join(__dirname, '..', '..', 'node_modules');

/** Rooms of a small house, each with one file. */
const rooms: Readonly<Record<string, object>> = {
  'packages/protocol': {},
  'packages/crypto': {},
  'packages/testing': {},
  'chaincode/ehr-contract': { 'fabric-shim': '1' },
  client: {},
  'services/kit': {},
  'services/keys': {},
  'services/store': {},
  cli: {},
};

/** Lints a house of {@link rooms}; `breach` adds files or replaces some. */
function lint(breach: Readonly<Record<string, string>>): { status: number | null; told: string[] } {
  const house = mkdtempSync(path.join(tmpdir(), 'salus-house-'));
  const write = (file: string, text: string) => {
    const target = path.join(house, file);
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, text);
  };
  try {
    symlinkSync(modules, path.join(house, 'node_modules'));
    write('package.json', JSON.stringify({ workspaces: Object.keys(rooms) }));
    for (const [room, dependencies] of Object.entries(rooms)) {
      write(`${room}/package.json`, JSON.stringify({ name: `@house/${room}`, dependencies }));
      write(`${room}/src/index.ts`, 'export const here = 1;\n');
    }
    for (const [file, text] of Object.entries(breach)) write(file, text);
    const { status, stdout, stderr } = spawnSync(process.execPath, [check, house], {
      encoding: 'utf8',
    });
    // Without the colours and the indentation of dependency-cruiser.
    const plain = `${stdout}\n${stderr}`.replaceAll(/\u001b\[[0-9;]*m/g, '');
    return { status, told: plain.split('\n').map((line) => line.trim()) };
  } finally {
    rmSync(house, { recursive: true });
  }
}

/** An import by path: a wall stands wherever an import leads, however it is written. */
const imports = (from: string, to: string) =>
  `import { here } from '${path.relative(path.dirname(from), to)}';\nexport const seen = here;\n`;

const walls: readonly (readonly [rule: string, from: string, to: string])[] = [
  ['protocol-knows-nobody', 'packages/protocol/src/nobody.ts', 'client/src/index.js'],
  ['packages-know-no-network', 'packages/crypto/src/network.ts', 'services/kit/src/index.js'],
  ['contracts-know-no-client', 'chaincode/ehr-contract/src/client.ts', 'client/src/index.js'],
  ['client-runs-no-service', 'client/src/service.ts', 'services/store/src/index.js'],
  ['client-runs-no-service', 'client/src/contract.ts', 'chaincode/ehr-contract/src/index.js'],
  ['services-know-kit-and-client', 'services/keys/src/store.ts', 'services/store/src/index.js'],
  ['kit-knows-no-service', 'services/kit/src/store.ts', 'services/store/src/index.js'],
  ['nobody-imports-cli', 'services/store/src/cli.ts', 'cli/src/index.js'],
  ['tests-alone-import-testing', 'client/src/testing.ts', 'packages/testing/src/index.js'],
];

const libraries: readonly (readonly [rule: string, file: string, library: string])[] = [
  ['protocol-runs-anywhere', 'packages/protocol/src/node.ts', 'node:fs'],
  ['protocol-imports-two-libraries', 'packages/protocol/src/library.ts', 'commander'],
  ['client-loads-no-chaincode-runtime', 'client/src/runtime.ts', 'fabric-shim'],
  ['rules-import-no-fabric', 'chaincode/ehr-contract/src/rules/fabric.ts', 'fabric-shim'],
];

/** One house with every breach at once, each in files of its own: a lint takes seconds. */
const breaches: Readonly<Record<string, string>> = {
  ...Object.fromEntries(walls.map(([, from, to]) => [from, imports(from, to)])),
  ...Object.fromEntries(libraries.map(([, file, library]) => [file, `import '${library}';\n`])),
  'cli/src/a.ts': "import { b } from './b.js';\nexport const a = (): unknown => b;\n",
  'cli/src/b.ts':
    "import type { a } from './a.js';\nexport type B = typeof a;\nexport const b = 1;\n",
  'cli/src/one/a.ts': "import { b } from '../two/b.js';\nexport const a = b;\n",
  'cli/src/one/c.ts': 'export const c = 1;\n',
  'cli/src/two/b.ts': 'export const b = 1;\n',
  'cli/src/two/d.ts': "import { c } from '../one/c.js';\nexport const d = c;\n",
  'packages/crypto/package.json': JSON.stringify({
    name: '@house/packages/crypto',
    devDependencies: { zod: '1' },
  }),
  'packages/crypto/src/shipped.ts': "import 'zod';\n",
  'packages/crypto/src/tried.test.ts': "import 'zod';\n",
  'client/src/undeclared.ts': "import 'zod';\n",
  'client/dist/a.test.js': '',
};

test('a house in order passes', () => {
  const { status, told } = lint({});
  expect(told).toContain(`rooms: ${Object.keys(rooms).length} in order`);
  expect(status).toBe(0);
});

describe('the lint of a house with every breach', () => {
  let linted: ReturnType<typeof lint>;
  /** What is told of a rule, by the file that breaks it. */
  const toldOf = (rule: string, from: string) =>
    linted.told.filter((line) => line.startsWith(`error ${rule}: ${from}`));

  beforeAll(() => {
    linted = lint(breaches);
  });

  it('fails', () => {
    expect(linted.status).toBe(1);
  });

  it.each(walls)('tells %s: %s may not import %s', (rule, from, to) => {
    const target = to.replace(/\.js$/, '.ts');
    expect(toldOf(rule, from)).toEqual([`error ${rule}: ${from} → ${target}`]);
  });

  it.each(libraries)('tells %s: %s may not import %s', (rule, file) => {
    expect(toldOf(rule, file)).toHaveLength(1);
  });

  it('tells a circle of files that import each other', () => {
    expect(toldOf('no-circle', 'cli/src/a.ts')).toHaveLength(1);
  });

  it('tells a circle of folders, though their files are none', () => {
    expect(toldOf('no-folder-circle', 'cli/src/one')).toHaveLength(1);
    expect(toldOf('no-circle', 'cli/src/one')).toEqual([]);
  });

  it('names the package.json that does not declare an import', () => {
    expect(linted.told).toContain(
      'client/src/undeclared.ts imports zod, which client/package.json does not name',
    );
  });

  it('takes what only tests need as declared for tests, and not for what is shipped', () => {
    const about = linted.told.filter((line) => line.startsWith('packages/crypto/src/'));
    expect(about).toEqual([
      'packages/crypto/src/shipped.ts imports zod, which packages/crypto/package.json does not name',
    ]);
  });

  it('names test code in what a workspace ships', () => {
    expect(linted.told).toContain('client/dist/a.test.js is test code in what client ships');
  });
});
