import type { z } from 'zod';
import { Worklist, type Task } from './worklist.js';

/** A home that keeps records in memory. */
function homeInMemory() {
  const records = new Map<string, unknown>();
  return {
    readRecord: <T>(name: string, form: z.ZodType<T>) =>
      Promise.resolve(form.optional().parse(records.get(name))),
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

  it('ends waiting when told', async () => {
    const ending = new AbortController();
    const next = new Worklist(homeInMemory()).next(ending.signal);
    ending.abort();
    expect(await next).toBeUndefined();
  });
});
