import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { inTurn } from './in-turn.js';

const cache = mkdtempSync(path.join(tmpdir(), 'salus-turn-'));
const before = process.env.XDG_CACHE_HOME;

beforeAll(() => {
  process.env.XDG_CACHE_HOME = cache;
});

afterAll(() => {
  if (before === undefined) delete process.env.XDG_CACHE_HOME;
  else process.env.XDG_CACHE_HOME = before;
});

/** How many of two pieces of work were at it at the same time, and what was reported. */
async function together(first: string, second: string) {
  let inside = 0;
  let most = 0;
  const reported: string[] = [];
  const work = async () => {
    most = Math.max(most, ++inside);
    await delay(50);
    inside -= 1;
  };
  const report = (line: string) => reported.push(line);
  await Promise.all([
    inTurn({ home: first }, work, report),
    inTurn({ home: second }, work, report),
  ]);
  return { most, reported };
}

test('commands on one instance take turns, and tell whom they wait for', async () => {
  const { most, reported } = await together('/one', '/one');
  expect(most).toBe(1);
  expect(reported).toEqual([
    `Another command works on /one (process ${String(process.pid)}); waiting for it`,
  ]);
});

test('commands on two instances do not wait for each other', async () => {
  expect(await together('/one', '/two')).toEqual({ most: 2, reported: [] });
});

test('no lock is left', async () => {
  await together('/one', '/one');
  expect(readdirSync(path.join(cache, 'salus', 'locks'))).toEqual([]);
});
