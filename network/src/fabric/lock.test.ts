import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { withLock } from './lock.js';

const lockFile = () => path.join(mkdtempSync(path.join(tmpdir(), 'salus-lock-')), 'lock');

test('the lock of a dead process is taken over', async () => {
  const file = lockFile();
  writeFileSync(file, JSON.stringify({ pid: process.pid, startTicks: 'of another process' }));
  await expect(withLock(file, () => Promise.resolve('done'))).resolves.toBe('done');
  expect(existsSync(file)).toBe(false);
});

test('two never hold the lock at once', async () => {
  const file = lockFile();
  let inside = 0;
  let most = 0;
  const work = async () => {
    most = Math.max(most, ++inside);
    await delay(30);
    inside -= 1;
  };
  await Promise.all([withLock(file, work), withLock(file, work)]);
  expect(most).toBe(1);
});
