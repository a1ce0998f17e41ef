import { SalusError } from '@salus/protocol';
import { pauseAfter, repeatedly, type Fault } from './patience.js';

describe('what a service does again and again', () => {
  it('goes on after a failure, and reports each failure once until it goes well', async () => {
    const stop = new AbortController();
    const told: Fault[] = [];
    const turns = ['away', 'away', undefined, 'away', 'refused', 'refused'];
    await repeatedly(
      () => {
        if (turns.length === 1) stop.abort();
        const message = turns.shift();
        if (message === undefined) return Promise.resolve();
        return Promise.reject(new SalusError('ERR_PEER_UNREACHABLE', message));
      },
      { everyMs: 1, signal: stop.signal, report: (fault) => told.push(fault) },
    );
    expect(told.map(({ message }) => message)).toEqual(['away', 'away', 'refused']);
  });

  it('ends at the signal while it waits for its next turn', async () => {
    const stop = new AbortController();
    let turns = 0;
    const act = () => {
      turns += 1;
      setTimeout(() => stop.abort(), 5);
      return Promise.resolve();
    };
    await repeatedly(act, { everyMs: 2 ** 30, signal: stop.signal, report: () => undefined });
    expect(turns).toBe(1);
  });
});

describe('pauses between attempts', () => {
  it('double up to the longest', () => {
    const pauses = [1, 2, 3, 4, 5, 100].map((n) => pauseAfter(n, { firstMs: 10, mostMs: 90 }));
    expect(pauses).toEqual([10, 20, 40, 80, 90, 90]);
  });
});
