import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

jest.setTimeout(300_000);

const MIB = 1024 * 1024;
const script = require.resolve('@salus/testing/stream-content');

it('puts and reads a large content in little memory', async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'salus-large-'));
  try {
    const size = 256 * MIB;
    const { stdout } = await promisify(execFile)(process.execPath, [script, folder, String(size)]);
    const result = JSON.parse(stdout) as { maxRssBytes: number };
    expect(result).toMatchObject({ isSame: true, read: size });
    expect(result.maxRssBytes).toBeLessThan(200 * MIB);
  } finally {
    await rm(folder, { recursive: true });
  }
});
