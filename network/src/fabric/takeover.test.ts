import { existsSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { livenessOf } from '../supervisor/process-identity.js';
import { withLock } from './lock.js';

jest.mock('../supervisor/process-identity.js', () => {
  const actual: typeof import('../supervisor/process-identity.js') = jest.requireActual(
    '../supervisor/process-identity.js',
  );
  return { ...actual, livenessOf: jest.fn(actual.livenessOf) };
});

const mocked = jest.mocked(livenessOf);
const folder = () => mkdtempSync(path.join(tmpdir(), 'salus-lock-'));
const dead = (startTicks: string) => JSON.stringify({ pid: process.pid, startTicks });

test('only one of two waiters that both saw a dead holder takes its lock at a time', async () => {
  const file = path.join(folder(), 'lock');
  writeFileSync(file, dead('1'));
  let inside = 0;
  let most = 0;
  const work = async () => {
    most = Math.max(most, ++inside);
    await delay(30);
    inside -= 1;
  };
  let quick: Promise<void> | undefined;
  mocked.mockImplementationOnce(() => {
    // While the slow waiter has just seen the dead holder, the quick one takes the lock over.
    quick = withLock(file, work);
    return 'gone';
  });
  const slow = withLock(file, work);
  await Promise.all([quick, slow]);
  expect(most).toBe(1);
  expect(readdirSync(path.dirname(file))).toEqual([]);
});

test('a takeover that was cut off is taken over itself', async () => {
  const file = path.join(folder(), 'lock');
  writeFileSync(file, dead('1'));
  writeFileSync(`${file}.after-${String(process.pid)}-1`, dead('2'));
  await expect(withLock(file, () => Promise.resolve('done'))).resolves.toBe('done');
  expect(existsSync(file)).toBe(false);
  expect(readdirSync(path.dirname(file))).toEqual([]);
});
