import type { KeyRecord } from '../state/records.js';
import type { CommitteeTerms } from '@salus/protocol/computation';
import { askForReshare, REFRESH_PAUSE_MS, reshared, WISH_PAUSE_MS } from './resharing.js';

const committee = { members: ['A', 'B', 'C', 'D', 'E'], threshold: 3 };
const without = { members: ['A', 'C', 'D', 'E', 'F'], threshold: 3 };
const other = { members: ['A', 'B', 'C'], threshold: 2 };
const key = {
  keyId: 'k',
  committee,
  epoch: 0,
  ceremony: {
    kind: 'GENERATE',
    epoch: 0,
    committee,
    proposedBy: 'A',
    proposedAt: 't',
    outcome: 'DONE',
  },
} as unknown as KeyRecord;
const begun = (to: typeof committee, epoch: number, proposedBy: string, proposedAt: string) => ({
  ...key,
  ceremony: { kind: 'RESHARE', epoch, committee: to, proposedBy, proposedAt },
});
const ask = (to: typeof committee, ...members: string[]) =>
  members.reduce((record, member) => askForReshare(record, member, to, 1, `t ${member}`), key);

describe('a resharing to another committee', () => {
  test('begins once as many members ask for it as an opening takes', () => {
    const two = ask(without, 'A', 'C');
    expect(two).toEqual({
      ...key,
      wishes: [
        { by: 'A', ...without, at: 't A' },
        { by: 'C', ...without, at: 't C' },
      ],
    });
    const third = askForReshare(two, 'D', without, 1, 't');
    expect(third).toStrictEqual(begun(without, 1, 'D', 't'));
  });

  test('counts those who ask for the same, and what a member asked for last', () => {
    const split = askForReshare(ask(without, 'A', 'C'), 'B', other, 1, 't');
    expect(split.wishes).toHaveLength(3);
    expect(split.ceremony).toBe(key.ceremony);
    const changed = askForReshare(split, 'A', other, 1, 't');
    expect(changed.wishes?.map(({ by, threshold }) => [by, threshold])).toEqual([
      ['C', 3],
      ['B', 2],
      ['A', 2],
    ]);
    expect(askForReshare(changed, 'E', other, 1, 't').ceremony.committee).toEqual(other);
  });

  test('is asked for once by a member', () => {
    expect(() => ask(without, 'A', 'A')).toThrow(
      expect.objectContaining({
        code: 'ERR_CONFLICT',
        message: 'this member has asked for it already',
        argument: 'members',
        expected: 'another member',
        got: 'A',
      }) as Error,
    );
  });

  test('is not brought nearer by who was a member before', () => {
    const wishes = [
      { by: 'X', ...without },
      { by: 'Y', ...without },
    ];
    const asked = askForReshare({ ...key, wishes }, 'A', without, 1, 't');
    expect(asked.wishes).toEqual([{ by: 'A', ...without, at: 't' }]);
  });

  test.each([
    ['in another order', { ...committee, members: ['B', 'A', 'C', 'D', 'E'] }],
    ['with another threshold', { ...committee, threshold: 2 }],
  ])('is one %s too', (_, to) => {
    expect(ask(to, 'A').ceremony).toBe(key.ceremony);
  });
});

describe('new shares for the same committee', () => {
  test('are begun by one member', () => {
    expect(ask(committee, 'B')).toStrictEqual({
      ...begun(committee, 1, 'B', 't B'),
      refreshedAt: 't B',
    });
  });

  test("take no running resharing's place, unless as many ask for that", () => {
    const running = ask(without, 'A', 'C', 'D');
    const vetoed = askForReshare(running, 'B', committee, 2, 't');
    expect(vetoed.ceremony).toEqual(running.ceremony);
    expect(vetoed.wishes).toEqual([{ by: 'B', ...committee, at: 't' }]);
    const again = ['A', 'E'].reduce(
      (record, member) => askForReshare(record, member, committee, 2, 't'),
      vetoed,
    );
    expect(again).toStrictEqual(begun(committee, 2, 'E', 't'));
  });
});

describe('a member that is to leave', () => {
  const wishes = [
    { by: 'A', ...without, at: 't A' },
    { by: 'C', ...without, at: 't C' },
  ];
  const refreshedAt = 't';

  test('erases no wish of the others by a refresh, however often it begins one', () => {
    const refreshed = askForReshare(ask(without, 'A', 'C'), 'B', committee, 1, 't');
    expect(refreshed).toStrictEqual({ ...begun(committee, 1, 'B', 't'), refreshedAt, wishes });
    const over = reshared(refreshed, []);
    expect(over).toStrictEqual({
      ...refreshed,
      epoch: 1,
      ceremony: { ...refreshed.ceremony, outcome: 'DONE' },
    });
    const again = askForReshare(over, 'B', committee, 2, 't');
    expect(again.wishes).toEqual(wishes);
    const third = askForReshare(again, 'D', without, 3, 't');
    expect(third).toStrictEqual({ ...begun(without, 3, 'D', 't'), refreshedAt, epoch: 1 });
  });

  test('leaves its own wish where its removal begins', () => {
    const fought = askForReshare(ask(without, 'A', 'C'), 'B', other, 1, 't');
    const begins = askForReshare(fought, 'D', without, 1, 't');
    expect(begins).toStrictEqual({
      ...begun(without, 1, 'D', 't'),
      wishes: [{ by: 'B', ...other, at: 't' }],
    });
  });

  const START = Date.parse('2026-05-01T00:00:00.000Z');
  const timeAt = (ms: number) => new Date(START + ms).toISOString();

  /** What a record comes to where a member asks for this, or as it was where that is refused. */
  function tried(record: KeyRecord, to: CommitteeTerms, at: number, by = 'B'): KeyRecord {
    try {
      return askForReshare(record, by, to, record.ceremony.epoch + 1, timeAt(at));
    } catch (error) {
      expect(error).toMatchObject({ code: 'ERR_CONFLICT' });
      return record;
    }
  }

  test('begins a refresh a day and changes the record once an hour, however often it asks', () => {
    const minute = 60_000;
    const days = 3;
    let record: KeyRecord = key;
    let [begins, changes] = [0, 0];
    for (let at = 0; at < days * REFRESH_PAUSE_MS; at += 5 * minute) {
      for (const to of [committee, other, without]) {
        const next = tried(record, to, at);
        changes += next === record ? 0 : 1;
        begins += next.ceremony === record.ceremony ? 0 : 1;
        // Honest members end each refresh at once, so that the next one may begin.
        record = next.ceremony.outcome === undefined ? reshared(next, []) : next;
      }
      // The others remove it at any of these moments, whatever runs.
      const removed = ['A', 'C', 'D'].reduce((one, by) => tried(one, without, at, by), record);
      expect(removed.ceremony).toMatchObject({ kind: 'RESHARE', committee: without });
    }
    expect(begins).toBe(days);
    expect(changes).toBeLessThanOrEqual((days * REFRESH_PAUSE_MS) / WISH_PAUSE_MS + begins * 2);
  });

  test('waits after a refresh of its own, and then begins the one that it asked for', () => {
    const first = reshared(tried(key, committee, 0), []);
    const soon = REFRESH_PAUSE_MS - 1;
    const waiting = tried(first, committee, soon);
    expect(waiting.ceremony).toEqual(first.ceremony);
    expect(waiting.wishes).toEqual([{ by: 'B', ...committee, at: timeAt(soon) }]);
    expect(tried(waiting, committee, soon)).toBe(waiting);
    const begins = tried(waiting, committee, REFRESH_PAUSE_MS);
    expect(begins).toMatchObject({
      ceremony: { epoch: 2, proposedBy: 'B' },
      refreshedAt: timeAt(REFRESH_PAUSE_MS),
    });
    expect(begins.wishes).toBeUndefined();
    // As many as open the key need not wait.
    const together = ['A', 'C'].reduce((one, by) => tried(one, committee, soon, by), waiting);
    expect(together.ceremony).toMatchObject({ epoch: 2, proposedBy: 'C' });
    expect(together.refreshedAt).toBe(first.refreshedAt);
  });

  test('replaces a wish after an hour, and sooner where that begins a resharing', () => {
    const wished = tried(key, other, 0);
    expect(() => askForReshare(wished, 'B', without, 1, timeAt(WISH_PAUSE_MS - 1))).toThrow(
      expect.objectContaining({
        code: 'ERR_CONFLICT',
        message: 'this member has asked for another resharing just now',
        argument: 'members',
        expected: `another wish from ${timeAt(WISH_PAUSE_MS)} on`,
        got: timeAt(WISH_PAUSE_MS - 1),
        remedy: expect.stringContaining('wait an hour') as string,
      }) as Error,
    );
    expect(WISH_PAUSE_MS).toBe(3_600_000);
    const changed = tried(wished, without, WISH_PAUSE_MS);
    expect(changed.wishes).toEqual([{ by: 'B', ...without, at: timeAt(WISH_PAUSE_MS) }]);
    const two = ['A', 'C'].reduce((one, by) => tried(one, without, 1, by), wished);
    expect(tried(two, without, 2).ceremony).toMatchObject({ committee: without, proposedBy: 'B' });
  });

  test('is patient for no wish of a release that wrote no time', () => {
    const wished = { ...key, wishes: [{ by: 'B', ...other }] };
    expect(tried(wished, without, 0).wishes).toEqual([{ by: 'B', ...without, at: timeAt(0) }]);
  });
});

describe('new shares that count', () => {
  const running = { ...begun(without, 1, 'D', 't'), wishes: [{ by: 'A', ...other }] } as KeyRecord;

  test('end the wishes of another committee', () => {
    expect(reshared(running, [])).toStrictEqual({
      ...begun(without, 1, 'D', 't'),
      epoch: 1,
      committee: without,
      ceremony: { ...running.ceremony, outcome: 'DONE' },
    });
  });

  test('are those of the same committee, and tell who dissented', () => {
    const { wishes: _, ...refresh } = askForReshare(key, 'B', committee, 1, 't');
    expect(reshared(refresh, ['C'])).toStrictEqual({
      ...refresh,
      epoch: 1,
      ceremony: { ...refresh.ceremony, dissenting: ['C'], outcome: 'DONE' },
    });
  });
});

describe('new shares for the same committee, under any profile', () => {
  test.each([
    ['bfv-8192-proven-v1', 0],
    ['bfv-8192-proven-v1', 1],
    ['bfv-8192-sum-v1', 0],
    ['of-a-later-release', 0],
  ])('are made as one member asks: %s, epoch %d', (profile, epoch) => {
    const before = { ...key, profile, epoch } as KeyRecord;
    expect(askForReshare(before, 'A', committee, epoch + 1, 't').ceremony.kind).toBe('RESHARE');
  });
});
