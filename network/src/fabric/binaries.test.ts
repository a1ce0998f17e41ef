import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fabricBinaries } from './binaries.js';

const before = { ...process.env };
const programs = 'peer orderer configtxgen configtxlator cryptogen fabric-ca-server'.split(' ');
const folder = mkdtempSync(path.join(tmpdir(), 'salus-binaries-'));

beforeEach(() => {
  delete process.env.FABRIC_BIN;
  // No build of an earlier run may be found.
  process.env.XDG_CACHE_HOME = path.join(folder, 'cache');
});

afterEach(() => {
  process.env = { ...before };
});

test('without Go the message says what to install', async () => {
  process.env.PATH = '';
  await expect(fabricBinaries()).rejects.toMatchObject({
    code: 'ERR_BINARIES_MISSING',
    message: expect.stringContaining('Go compiler') as string,
    remedy: expect.stringContaining('Install Go') as string,
  });
});

test('without a C compiler the message says what to install', async () => {
  const go = path.join(folder, 'go');
  writeFileSync(go, '#!/bin/sh\n[ "$2" = CC ] && echo gcc || echo go1.24.0\n');
  chmodSync(go, 0o755);
  process.env.PATH = folder;
  await expect(fabricBinaries()).rejects.toMatchObject({
    code: 'ERR_BINARIES_MISSING',
    message: expect.stringContaining('C compiler (gcc)') as string,
    remedy: expect.stringContaining('apt-get install gcc') as string,
  });
});

/** A build as it lies in the cache, without a compiler having run. */
function fakeCache(): string {
  const sums = ['fabric', 'fabric-ca'].map((each) =>
    readFileSync(path.join(__dirname, '../../', each, 'go.sum'), 'utf8'),
  );
  const hash = createHash('sha256').update(JSON.stringify(sums)).digest('hex').slice(0, 16);
  const directory = path.join(folder, 'built', 'salus', `fabric-3.1.1-${hash}`);
  writeConfig(path.join(directory, 'config'));
  process.env.XDG_CACHE_HOME = path.join(folder, 'built');
  return directory;
}

function writeConfig(directory: string): void {
  mkdirSync(directory, { recursive: true });
  for (const name of ['core.yaml', 'orderer.yaml']) writeFileSync(path.join(directory, name), '');
}

/** Programs of Fabric in a folder without config/ beside it. */
function fakePrograms(): string {
  const directory = path.join(folder, 'own', 'bin');
  mkdirSync(directory, { recursive: true });
  for (const name of programs) {
    const file = path.join(directory, name);
    writeFileSync(file, '#!/bin/sh\necho "Version: v3.1.1"\n');
    chmodSync(file, 0o755);
  }
  return directory;
}

test('what was built before is found without Go', async () => {
  const directory = fakeCache();
  process.env.PATH = '';
  await expect(fabricBinaries()).resolves.toMatchObject({
    peer: path.join(directory, 'bin', 'peer'),
    configFolder: path.join(directory, 'config'),
  });
});

test('programs of FABRIC_BIN take their configuration from the cache, without Go', async () => {
  const directory = fakeCache();
  process.env.FABRIC_BIN = fakePrograms();
  process.env.PATH = '';
  await expect(fabricBinaries()).resolves.toMatchObject({
    configFolder: path.join(directory, 'config'),
  });
});

test('FABRIC_CFG_PATH names the configuration; without any, the message says where to put it', async () => {
  process.env.FABRIC_BIN = fakePrograms();
  process.env.PATH = '';
  delete process.env.FABRIC_CFG_PATH;
  await expect(fabricBinaries()).rejects.toMatchObject({
    code: 'ERR_BINARIES_MISSING',
    remedy: expect.stringContaining('FABRIC_CFG_PATH') as string,
  });
  const configFolder = path.join(folder, 'settings');
  writeConfig(configFolder);
  process.env.FABRIC_CFG_PATH = configFolder;
  await expect(fabricBinaries()).resolves.toMatchObject({ configFolder });
});

test('a FABRIC_BIN without the programs is told', async () => {
  process.env.FABRIC_BIN = folder;
  await expect(fabricBinaries()).rejects.toMatchObject({
    code: 'ERR_BINARIES_MISSING',
    message: expect.stringContaining('lacks peer, orderer') as string,
  });
});
