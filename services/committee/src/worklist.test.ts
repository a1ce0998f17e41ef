import { Worklist, type Task } from './worklist.js';

/** A home that keeps records in memory. */
function homeInMemory() {
  const records = new Map<string, unknown>();
  return {
    readRecord: (name: string) => Promise.resolve(records.get(name)),
    writeRecord: (name: string, value: unknown) => {
      records.set(name, value);
      return Promise.resolve();
    },
  };
}

const key: Task = { keyId: 'k1' };
const opening: Task = { openingId: 'o1' };
const { signal } = new AbortController();

describe('a worklist', () => {
  it('keeps tasks over a restart until they are finished', async () => {
    const home = homeInMemory();
    const before = new Worklist(home);
    await before.add(key);
    await before.add(opening);
    const after = new Worklist(home);
    await after.load();
    const turn = await after.next(signal);
    expect(turn?.task).toEqual(key);
    if (turn) await after.finish(turn);
    expect((await after.next(signal))?.task).toEqual(opening);
    const last = new Worklist(home);
    await last.load();
    expect((await last.next(signal))?.task).toEqual(opening);
  });

  it('looks later and later at what waits, and at once when it is added again', async () => {
    const worklist = new Worklist(homeInMemory());
    await worklist.add(key);
    const first = await worklist.next(signal);
    if (first) worklist.postpone(first);
    const started = Date.now();
    const second = await worklist.next(signal);
    expect(Date.now() - started).toBeGreaterThan(200);
    if (second) worklist.postpone(second);
    await worklist.add(key);
    const again = Date.now();
    await worklist.next(signal);
    expect(Date.now() - again).toBeLessThan(200);
  });

  it('does not forget a task that was added again while it was done', async () => {
    const worklist = new Worklist(homeInMemory());
    await worklist.add(key);
    const turn = await worklist.next(signal);
    await worklist.add(key);
    if (turn) await worklist.finish(turn);
    expect((await worklist.next(signal))?.task).toEqual(key);
  });

  it('ends waiting when told', async () => {
    const ending = new AbortController();
    const next = new Worklist(homeInMemory()).next(ending.signal);
    ending.abort();
    expect(await next).toBeUndefined();
  });
});
