import { DAY_MS } from '@salus/protocol';
import { coded } from '@salus/testing/coded';
import { homeInMemory } from '@salus/testing/home-in-memory';
import { SeededResults } from '@salus/testing/seeded-results';
import { taskOf } from './watch.js';
import { Worklist } from './worklist.js';

const FLOOD = 10_000;
const MOST = 128;

describe('10,000 openings asked by one contributor', () => {
  let now = Date.now();
  const world = new SeededResults(() => new Date(now));
  let permitted: string[];

  const keyOf = (payload: Uint8Array) =>
    (JSON.parse(Buffer.from(payload).toString('utf8')) as { keyId: string }).keyId;

  /** Asks for each result in turn. @returns the openings that there are then */
  async function flood(mspId: string, from: number, to: number): Promise<string[]> {
    const found: string[] = [];
    for (let index = from; index < to; index += 1) {
      try {
        found.push((await world.ask(mspId, index)).openingId);
      } catch (error) {
        expect(error).toEqual(coded('ERR_QUOTA_EXCEEDED'));
      }
    }
    return found;
  }

  beforeAll(async () => {
    await world.seed(FLOOD);
    permitted = await flood('AMSP', 0, FLOOD);
  });

  it('are 128 that wait, under all keys together, by as many events and entries of a worklist', async () => {
    expect(permitted).toHaveLength(MOST);
    const keys = world.ledger.events.map(({ payload }) => keyOf(payload));
    expect([...new Set(keys)].sort()).toEqual(['k0', 'k1', 'k2', 'k3']);
    const worklist = new Worklist(homeInMemory());
    const { events } = world.ledger;
    for (const { name, payload } of events) {
      const task = taskOf({ name, payload: JSON.parse(Buffer.from(payload).toString('utf8')) });
      if (!task) continue;
      await worklist.add(task);
      // The member finds each on the ledger.
      const turn = await worklist.next(new AbortController().signal);
      if (turn) worklist.postpone(worklist.found(turn));
    }
    expect(events).toHaveLength(MOST);
    expect(worklist.size).toBe(MOST);
  });

  it('keep no other from asking, not even for one of these', async () => {
    expect(await flood('BMSP', MOST, MOST + 1)).toHaveLength(1);
    expect(await flood('BMSP', 0, 1)).toEqual([permitted[0]]);
    // Who asks again for what waits asks for nothing new.
    expect(await flood('AMSP', 0, MOST)).toEqual(permitted);
  });

  it('leave room to ask for two under two keys at once', async () => {
    const both = [await world.asking('CMSP', 3000), await world.asking('CMSP', 3001)];
    const opened = [];
    for (const one of both) opened.push(await one.commit());
    expect(opened.map(({ keyId }) => keyId)).toEqual(['k0', 'k1']);
  });

  it('give room for another one with each that is put on record', async () => {
    for (const openingId of permitted.slice(0, 3)) await world.record(openingId);
    expect(await flood('AMSP', 1000, 1010)).toHaveLength(3);
  });

  it('give room once they have expired, and wait again as they are asked for again', async () => {
    now += 31 * DAY_MS;
    expect(await flood('AMSP', 2000, 2000 + MOST - 2)).toHaveLength(MOST - 2);
    const again = await flood('AMSP', 10, 20);
    expect(again).toEqual(permitted.slice(10, 12));
  });
});
