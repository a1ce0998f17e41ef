import type { KeyRecord } from '../state/records.js';
import { askForReshare, reshared } from './resharing.js';

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
        { by: 'A', ...without },
        { by: 'C', ...without },
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
    expect(asked.wishes).toEqual([{ by: 'A', ...without }]);
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
    expect(ask(committee, 'B')).toStrictEqual(begun(committee, 1, 'B', 't B'));
  });

  test("take no running resharing's place, unless as many ask for that", () => {
    const running = ask(without, 'A', 'C', 'D');
    const vetoed = askForReshare(running, 'B', committee, 2, 't');
    expect(vetoed.ceremony).toEqual(running.ceremony);
    expect(vetoed.wishes).toEqual([{ by: 'B', ...committee }]);
    const again = ['A', 'E'].reduce(
      (record, member) => askForReshare(record, member, committee, 2, 't'),
      vetoed,
    );
    expect(again).toStrictEqual(begun(committee, 2, 'E', 't'));
  });
});

describe('a member that is to leave', () => {
  const wishes = [
    { by: 'A', ...without },
    { by: 'C', ...without },
  ];

  test('erases no wish of the others by a refresh, however often it begins one', () => {
    const refreshed = askForReshare(ask(without, 'A', 'C'), 'B', committee, 1, 't');
    expect(refreshed).toStrictEqual({ ...begun(committee, 1, 'B', 't'), wishes });
    const over = reshared(refreshed, []);
    expect(over).toStrictEqual({
      ...refreshed,
      epoch: 1,
      ceremony: { ...refreshed.ceremony, outcome: 'DONE' },
    });
    const again = askForReshare(over, 'B', committee, 2, 't');
    expect(again.wishes).toEqual(wishes);
    const third = askForReshare(again, 'D', without, 3, 't');
    expect(third).toStrictEqual({ ...begun(without, 3, 'D', 't'), epoch: 1 });
  });

  test('leaves its own wish where its removal begins', () => {
    const fought = askForReshare(ask(without, 'A', 'C'), 'B', other, 1, 't');
    const begins = askForReshare(fought, 'D', without, 1, 't');
    expect(begins).toStrictEqual({
      ...begun(without, 1, 'D', 't'),
      wishes: [{ by: 'B', ...other }],
    });
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
