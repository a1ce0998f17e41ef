import { setTimeout as sleep } from 'node:timers/promises';
import { firstOf } from './first-of.js';

const quick = { count: 2, patienceMs: 1000 };

describe('the first of several', () => {
  it('asks no more than are needed', async () => {
    const ask = jest.fn((name: string) => Promise.resolve(name.toUpperCase()));
    const { results, faults, slow } = await firstOf(['a', 'b', 'c'], ask, quick);
    expect(results.map(({ value }) => value)).toEqual(['A', 'B']);
    expect(ask).toHaveBeenCalledTimes(2);
    expect([faults, slow]).toEqual([[], []]);
  });

  it('asks another in place of one that fails', async () => {
    const error = new Error('down');
    const ask = (name: string) => (name === 'a' ? Promise.reject(error) : Promise.resolve(name));
    const { results, faults } = await firstOf(['a', 'b', 'c'], ask, quick);
    expect(results.map(({ value }) => value).sort()).toEqual(['b', 'c']);
    expect(faults).toEqual([{ candidate: 'a', error }]);
  });

  it('tells what it has when too many fail', async () => {
    const ask = (name: string) =>
      name === 'b' ? Promise.resolve(name) : Promise.reject(Error(name));
    const { results, faults } = await firstOf(['a', 'b', 'c'], ask, quick);
    expect(results).toEqual([{ candidate: 'b', value: 'b' }]);
    expect(faults.map(({ candidate }) => candidate).sort()).toEqual(['a', 'c']);
    expect((await firstOf([], ask, quick)).results).toEqual([]);
  });

  it('asks another beside one that is slow, and stops that one', async () => {
    const stopped: string[] = [];
    const ask = async (name: string, signal: AbortSignal) => {
      if (name !== 'a') return name;
      signal.addEventListener('abort', () => stopped.push(name));
      await sleep(60_000, undefined, { signal });
      return name;
    };
    const { results, slow, faults } = await firstOf(['a', 'b', 'c'], ask, {
      count: 2,
      patienceMs: 20,
    });
    expect(results.map(({ value }) => value).sort()).toEqual(['b', 'c']);
    expect([slow, faults]).toEqual([['a'], []]);
    expect(stopped).toEqual(['a']);
  });

  it('waits for the slow one when there is no other', async () => {
    const ask = async (name: string) => {
      if (name === 'a') await sleep(80);
      return name;
    };
    const { results } = await firstOf(['a', 'b'], ask, { count: 2, patienceMs: 10 });
    expect(results.map(({ value }) => value)).toEqual(['b', 'a']);
  });

  it('ends with its signal', async () => {
    const ending = new AbortController();
    const ask = (_: string, signal: AbortSignal) => sleep(60_000, undefined, { signal });
    const asking = firstOf(['a', 'b'], ask, { ...quick, signal: ending.signal });
    const reason = new Error('enough');
    ending.abort(reason);
    await expect(asking).rejects.toBe(reason);
    await expect(firstOf(['a'], ask, { ...quick, signal: ending.signal })).rejects.toBe(reason);
  });
});
