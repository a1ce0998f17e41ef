import type { MemberHome } from './member-home.js';
import { taskOf } from './watch.js';
import { Worklist } from './worklist.js';

const decided = (openingId: string, permitted: boolean) => ({
  name: 'OpeningDecided.v1',
  payload: { openingId, keyId: 'k1', permitted },
});

describe('what a member takes from events', () => {
  it('is a task for each opening and each ceremony', () => {
    expect(taskOf(decided('o1', true))).toEqual({ openingId: 'o1' });
    const posted = { name: 'PartialsSubmitted.v1', payload: { openingId: 'o1', mspId: 'AMSP' } };
    expect(taskOf(posted)).toEqual({ openingId: 'o1' });
    expect(taskOf({ name: 'KeyProposed.v1', payload: { keyId: 'k1' } })).toEqual({ keyId: 'k1' });
    expect(taskOf({ name: 'EvaluationRecorded.v1', payload: { keyId: 'k1' } })).toBeUndefined();
  });

  it.each([null, 7, 'o1', ['o1'], { openingId: 7 }, {}])(
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
