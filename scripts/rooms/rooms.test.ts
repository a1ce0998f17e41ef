import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const check = path.join(__dirname, 'check.js');
const modules = path.join(__dirname, '..', '..', 'node_modules');
let house: string;

/** A house of a few rooms, each with one file; `breach` adds files or replaces some. */
function build(breach: Readonly<Record<string, string>>): void {
  const rooms: Record<string, object> = {
    'packages/protocol': {},
    'packages/testing': {},
    'chaincode/ehr-contract': { 'fabric-shim': '1' },
    client: {},
    'services/kit': {},
    'services/store': {},
    cli: {},
  };
  const write = (file: string, text: string) => {
    const target = path.join(house, file);
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, text);
  };
  write('package.json', JSON.stringify({ workspaces: Object.keys(rooms) }));
  for (const [room, dependencies] of Object.entries(rooms)) {
    write(`${room}/package.json`, JSON.stringify({ name: `@house/${room}`, dependencies }));
    write(`${room}/src/index.ts`, 'export const here = 1;\n');
  }
  for (const [file, text] of Object.entries(breach)) write(file, text);
}

const lint = () => spawnSync(process.execPath, [check, house], { encoding: 'utf8' });
/** An import by path: a wall stands wherever an import leads, however it is written. */
const imports = (from: string, to: string) =>
  `import { here } from '${path.relative(path.dirname(from), to)}';\nexport const seen = here;\n`;

beforeEach(() => {
  house = mkdtempSync(path.join(tmpdir(), 'salus-house-'));
  symlinkSync(modules, path.join(house, 'node_modules'));
});

afterEach(() => {
  rmSync(house, { recursive: true });
});

test('a house in order passes', () => {
  build({});
  expect(lint()).toMatchObject({
    status: 0,
    stdout: expect.stringContaining('in order') as string,
  });
});

test.each<[rule: string, from: string, to: string]>([
  ['protocol-knows-nobody', 'packages/protocol/src/a.ts', 'client/src/index.js'],
  ['packages-know-no-network', 'packages/crypto/src/a.ts', 'services/kit/src/index.js'],
  ['contracts-know-no-client', 'chaincode/ehr-contract/src/a.ts', 'client/src/index.js'],
  ['client-runs-no-service', 'client/src/a.ts', 'services/store/src/index.js'],
  ['client-runs-no-service', 'client/src/a.ts', 'chaincode/ehr-contract/src/index.js'],
  ['services-know-kit-and-client', 'services/keys/src/a.ts', 'services/store/src/index.js'],
  ['kit-knows-no-service', 'services/kit/src/a.ts', 'services/store/src/index.js'],
  ['nobody-imports-cli', 'services/store/src/a.ts', 'cli/src/index.js'],
  ['tests-alone-import-testing', 'client/src/a.ts', 'packages/testing/src/index.js'],
])('%s: %s may not import %s', (rule, from, to) => {
  build({ [from]: imports(from, to) });
  // Rooms that the plain house lacks are added with the breach.
  const room = from.slice(0, from.indexOf('/src/'));
  const { workspaces } = JSON.parse(
    spawnSync('cat', [path.join(house, 'package.json')], { encoding: 'utf8' }).stdout,
  ) as { workspaces: string[] };
  if (!workspaces.includes(room)) {
    writeFileSync(
      path.join(house, 'package.json'),
      JSON.stringify({ workspaces: [...workspaces, room] }),
    );
    writeFileSync(
      path.join(house, room, 'package.json'),
      JSON.stringify({ name: `@house/${room}` }),
    );
  }
  const { status, stderr } = lint();
  expect(status).toBe(1);
  expect(stderr).toContain(rule);
});

test.each<[rule: string, file: string, text: string]>([
  ['protocol-runs-anywhere', 'packages/protocol/src/a.ts', "import 'node:fs';\n"],
  ['protocol-imports-two-libraries', 'packages/protocol/src/a.ts', "import 'commander';\n"],
  ['client-loads-no-chaincode-runtime', 'client/src/a.ts', "import 'fabric-shim';\n"],
  ['rules-import-no-fabric', 'chaincode/ehr-contract/src/rules/a.ts', "import 'fabric-shim';\n"],
])('%s: %s', (rule, file, text) => {
  build({ [file]: text });
  const { status, stderr } = lint();
  expect(status).toBe(1);
  expect(stderr).toContain(rule);
});

test('files that import each other are a circle', () => {
  build({
    'client/src/a.ts': "import { b } from './b.js';\nexport const a = (): unknown => b;\n",
    'client/src/b.ts':
      "import type { a } from './a.js';\nexport type B = typeof a;\nexport const b = 1;\n",
  });
  expect(lint().stderr).toContain('no-circle');
});

test('folders that import each other are a circle, though their files are none', () => {
  build({
    'client/src/one/a.ts': "import { b } from '../two/b.js';\nexport const a = b;\n",
    'client/src/one/c.ts': 'export const c = 1;\n',
    'client/src/two/b.ts': 'export const b = 1;\n',
    'client/src/two/d.ts': "import { c } from '../one/c.js';\nexport const d = c;\n",
  });
  const { stderr } = lint();
  expect(stderr).toContain('no-folder-circle');
  expect(stderr).not.toContain('error no-circle');
});

test('an import that the importer does not declare is told with its package.json', () => {
  build({ 'client/src/a.ts': "import 'zod';\n" });
  expect(lint().stderr).toContain('client/src/a.ts imports zod, which client/package.json');
});

test('what only tests need does not count as declared for what is shipped', () => {
  build({
    'client/package.json': JSON.stringify({ name: '@house/client', devDependencies: { zod: '1' } }),
    'client/src/a.ts': "import 'zod';\n",
    'client/src/b.test.ts': "import 'zod';\n",
  });
  const { stderr } = lint();
  expect(stderr).toContain('client/src/a.ts imports zod');
  expect(stderr).not.toContain('b.test.ts');
});

test('test code in what a workspace ships is told', () => {
  build({ 'client/dist/a.test.js': '' });
  expect(lint().stderr).toContain('client/dist/a.test.js is test code');
});
