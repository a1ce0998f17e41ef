import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { builtScript } from '@salus/testing/built-script';

const MIB = 1024 * 1024;
const SMALL = 16 * MIB;
const LARGE = 256 * MIB;
const script = builtScript('stream-content');

/** The most memory that a process of its own has while it puts and reads so many bytes. */
async function peakFor(size: number): Promise<number> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'salus-large-'));
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [script, folder, String(size)]);
    const result = JSON.parse(stdout) as { maxRssBytes: number };
    expect(result).toMatchObject({ isSame: true, read: size });
    return result.maxRssBytes;
  } finally {
    await rm(folder, { recursive: true });
  }
}

it('puts and reads a large content in the memory that a small one takes', async () => {
  const growth = (await peakFor(LARGE)) - (await peakFor(SMALL));
  // One copy held as a whole would add all of it. Half is far from that, and from the collector's moods.
  expect(growth).toBeLessThan((LARGE - SMALL) / 2);
});
