import type { ContractEvent } from '@salus/client/events';
import { SalusError } from '@salus/protocol';
import { LOOKS_FOR_UNKNOWN, MOST_UNKNOWN } from '@salus/service-kit';
import { homeInMemory } from '@salus/testing/home-in-memory';
import type { MemberHome } from './member-home.js';
import { OpenedRegister } from './opened-register.js';
import { taskOf, watchCommittee, type WatchOptions } from './watch.js';
import { Worklist } from './worklist.js';

const decided = (openingId: string, permitted: boolean) => ({
  name: 'OpeningDecided.v1',
  payload: { openingId, keyId: 'k1', permitted },
});

/** What names nothing on the ledger, whoever puts it into an event. */
const FORGED = ['', 'o 1', 'o\u00001', 'o'.repeat(1_000_000), 'constructor'].flatMap((id) => [
  { openingId: id },
  { keyId: id },
]);

describe('what a member takes from events', () => {
  it('is a task for each opening and each ceremony', () => {
    expect(taskOf(decided('o1', true))).toEqual({ openingId: 'o1' });
    const posted = { name: 'PartialsSubmitted.v1', payload: { openingId: 'o1', mspId: 'AMSP' } };
    expect(taskOf(posted)).toEqual({ openingId: 'o1' });
    expect(taskOf({ name: 'KeyProposed.v1', payload: { keyId: 'k1' } })).toEqual({ keyId: 'k1' });
    expect(taskOf({ name: 'EvaluationRecorded.v1', payload: { keyId: 'k1' } })).toBeUndefined();
  });

  it.each([null, 7, 'o1', ['o1'], { openingId: 7 }, {}, ...FORGED])(
    'is no task for an event that tells of %j',
    (payload) => {
      for (const name of ['OpeningDecided.v1', 'PartialsSubmitted.v1', 'KeyProposed.v1']) {
        expect(taskOf({ name, payload })).toBeUndefined();
      }
    },
  );

  it('is one task for a result that is asked for 10,000 times, and none for as many denials', async () => {
    let written = 0;
    const home = {
      readRecord: () => Promise.resolve(undefined),
      writeRecord: () => {
        written += 1;
        return Promise.resolve();
      },
    } satisfies Pick<MemberHome, 'readRecord' | 'writeRecord'>;
    const worklist = new Worklist(home);
    for (let round = 0; round < 10_000; round += 1) {
      for (const event of [decided('o1', true), decided(`denied${round}`, false)]) {
        const task = taskOf(event);
        if (task) await worklist.add(task);
      }
    }
    expect(written).toBe(1);
    const turn = await worklist.next(new AbortController().signal);
    expect(turn?.task).toEqual({ openingId: 'o1' });
    if (turn) await worklist.finish(turn);
    expect(written).toBe(2);
  });
});

describe('a member that colluding endorsers tell of openings and keys that there are not', () => {
  const FLOOD = 10_000;
  const forgedEvents = Array.from({ length: FLOOD }, (_, index) =>
    index % 2 === 0
      ? decided(`forged${index}`, true)
      : { name: 'KeyProposed.v1', payload: { keyId: `forged${index}` } },
  );

  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('looks at each a few times, keeps none of them, and sees to the one that there is', async () => {
    const home = homeInMemory();
    const ending = new AbortController();
    const { signal } = ending;
    const looks = new Map<string, number>();
    const look = (id: string) => {
      looks.set(id, (looks.get(id) ?? 0) + 1);
      if (id === 'real') return Promise.resolve({});
      return Promise.reject(new SalusError('ERR_NOT_FOUND', 'there is no such thing'));
    };
    const reports: Readonly<Record<string, unknown>>[] = [];
    const kept: number[] = [];
    const writing = {
      ...home,
      writeRecord: (name: string, value: unknown) => {
        if (name === 'worklist') kept.push((value as string[]).length);
        return home.writeRecord(name, value);
      },
    };
    const parts = {
      home: writing,
      register: new OpenedRegister(home),
      ledger: { getOpening: look, getKey: look },
      mspId: 'AMSP',
    } as unknown as WatchOptions['parts'];
    async function* events() {
      for (const [index, event] of [...forgedEvents, decided('real', true)].entries()) {
        await Promise.resolve();
        yield { ...event, blockNumber: BigInt(index), transactionId: `t${index}` } as ContractEvent;
      }
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
    }
    const answered: string[] = [];
    const member = {
      advanceKey: () => Promise.reject(new Error('a key that there is not')),
      advanceOpening: (openingId: string) => {
        answered.push(openingId);
        return Promise.resolve('DONE' as const);
      },
    };
    const client = { events, height: () => Promise.resolve(0n) };
    const report = (line: Readonly<Record<string, unknown>>) => reports.push(line);
    const watching = watchCommittee(member, {
      ...{ client: client, parts, signal, report },
    });
    while (answered.length === 0 || kept.at(-1) !== 0) await jest.advanceTimersByTimeAsync(100);
    ending.abort();
    await watching;
    expect(answered).toEqual(['real']);
    expect(looks.size).toBe(FLOOD + 1);
    looks.delete('real');
    expect(new Set(looks.values())).toEqual(new Set([LOOKS_FOR_UNKNOWN]));
    expect(Math.max(...kept)).toBeLessThanOrEqual(MOST_UNKNOWN + 1);
    expect(reports.filter(({ isGivenUp }) => isGivenUp)).toHaveLength(FLOOD);
  });
});
