import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fabricBinaries } from './binaries.js';

const before = { ...process.env };
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

test('a FABRIC_BIN without the programs is told', async () => {
  process.env.FABRIC_BIN = folder;
  await expect(fabricBinaries()).rejects.toMatchObject({
    code: 'ERR_BINARIES_MISSING',
    message: expect.stringContaining('lacks peer, orderer') as string,
  });
});
