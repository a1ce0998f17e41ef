import { LOOKS_FOR_UNKNOWN, MOST_UNKNOWN } from '@salus/service-kit';
import { homeInMemory } from '@salus/testing/home-in-memory';
import { Worklist, type Task } from './worklist.js';

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
    jest.useFakeTimers();
    try {
      const worklist = new Worklist(homeInMemory());
      await worklist.add(key);
      /** How long the next look at the task is waited for, to the millisecond. */
      const waited = async () => {
        const started = Date.now();
        const turn = worklist.next(signal);
        while (jest.getTimerCount() > 0) await jest.advanceTimersByTimeAsync(1);
        worklist.postpone((await turn)!);
        return Date.now() - started;
      };
      expect([await waited(), await waited(), await waited()]).toEqual([0, 250, 375]);
      await worklist.add(key);
      expect(await waited()).toBe(0);
    } finally {
      jest.useRealTimers();
    }
  });

  it('does not forget a task that was added again while it was done', async () => {
    const worklist = new Worklist(homeInMemory());
    await worklist.add(key);
    const turn = await worklist.next(signal);
    await worklist.add(key);
    if (turn) await worklist.finish(turn);
    expect((await worklist.next(signal))?.task).toEqual(key);
  });

  it('gives a task up that the ledger does not have, after some looks, and over a restart', async () => {
    const home = homeInMemory();
    const worklist = new Worklist(home);
    await worklist.add(opening);
    jest.useFakeTimers();
    try {
      const outcomes: boolean[] = [];
      while (worklist.size > 0) {
        const turn = worklist.next(signal);
        while (jest.getTimerCount() > 0) await jest.advanceTimersByTimeAsync(50);
        outcomes.push(await worklist.miss((await turn)!));
      }
      expect(outcomes).toEqual([false, false, false, false, true]);
      expect(outcomes).toHaveLength(LOOKS_FOR_UNKNOWN);
    } finally {
      jest.useRealTimers();
    }
    const after = new Worklist(home);
    await after.load();
    expect(after.size).toBe(0);
  });

  it('does not give a task up that was told of again while the ledger was asked', async () => {
    const worklist = new Worklist(homeInMemory());
    await worklist.add(opening);
    const turn = (await worklist.next(signal))!;
    await worklist.add(opening);
    await worklist.miss({ ...turn, misses: LOOKS_FOR_UNKNOWN });
    expect(worklist.size).toBe(1);
  });

  it('takes no more tasks than it has room for, until the ledger was asked for some', async () => {
    const worklist = new Worklist(homeInMemory());
    for (let index = 0; index < MOST_UNKNOWN; index += 1)
      await worklist.add({ keyId: `k${index}` });
    let isAdded = false;
    const adding = worklist.add(opening).then(() => (isAdded = true));
    const turn = (await worklist.next(signal))!;
    expect(isAdded).toBe(false);
    worklist.found(turn);
    await adding;
    expect(worklist.size).toBe(MOST_UNKNOWN + 1);
    // What is there already takes no room.
    await worklist.add(turn.task);
    const ending = new AbortController();
    const late = worklist.add({ keyId: 'late' }, ending.signal);
    ending.abort(new Error('ended'));
    await expect(late).rejects.toThrow('ended');
  });

  it('ends waiting when told', async () => {
    const ending = new AbortController();
    const next = new Worklist(homeInMemory()).next(ending.signal);
    ending.abort();
    expect(await next).toBeUndefined();
  });
});
