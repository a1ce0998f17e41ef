import { choices, committeeOf } from './committee.fixture.js';
import { checkNewCommittee, holderSets } from './committee.js';

const committees = [2, 3, 4, 5, 6, 7].flatMap((size) =>
  Array.from({ length: size - 1 }, (_, index) => [index + 2, size] as const),
);

describe('the holder sets', () => {
  test.each(committees)('of %i of %i are covered by every %i members, and no fewer', (t, n) => {
    const committee = committeeOf(t, n);
    const sets = holderSets(committee);
    const missedBy = (members: readonly number[]) =>
      sets.filter(
        ({ holders }) => !members.some((index) => holders.includes(committee.members[index]!)),
      );
    for (const members of choices(n, t)) expect(missedBy(members)).toEqual([]);
    for (const members of choices(n, t - 1)) expect(missedBy(members)).toHaveLength(1);
    expect(sets.length).toBeLessThanOrEqual(35);
    expect(sets.every(({ holders, dealer }) => holders.includes(dealer))).toBe(true);
  });

  test('of 2 of 3 are the three pairs, each with one dealer', () => {
    expect(holderSets({ members: ['A', 'B', 'C'], threshold: 2 })).toEqual([
      { shareId: 's0', holders: ['A', 'B'], dealer: 'A' },
      { shareId: 's1', holders: ['A', 'C'], dealer: 'C' },
      { shareId: 's2', holders: ['B', 'C'], dealer: 'B' },
    ]);
  });

  test('of 3 of 5 give every member six of ten shares, and two to deal', () => {
    const committee = committeeOf(3, 5);
    const sets = holderSets(committee);
    for (const member of committee.members) {
      expect(sets.filter(({ holders }) => holders.includes(member))).toHaveLength(6);
    }
    expect(sets).toHaveLength(10);
    expect(new Set(sets.map(({ dealer }) => dealer)).size).toBe(5);
  });

  test.each([
    [committeeOf(1, 3)],
    [committeeOf(4, 3)],
    [committeeOf(2.5, 3)],
    [committeeOf(2, 1)],
    [committeeOf(2, 8)],
    [{ members: ['A', 'A', 'B'], threshold: 2 }],
  ])('of %j are refused', (committee) => {
    expect(() => holderSets(committee)).toThrow('no such committee is supported');
  });
});

describe('a committee that is to have a key', () => {
  const isLegal = ([t, n]: readonly [number, number]) => n >= 2 * t - 1;

  test.each(committees.filter(isLegal))('may be %i of %i', (t, n) => {
    expect(() => {
      checkNewCommittee(committeeOf(t, n));
    }).not.toThrow();
    const sets = holderSets(committeeOf(t, n));
    // t - 1 liars hold no share alone.
    expect(Math.min(...sets.map(({ holders }) => holders.length))).toBeGreaterThanOrEqual(t);
  });

  test.each(committees.filter((one) => !isLegal(one)))('is not %i of %i', (t, n) => {
    expect(() => {
      checkNewCommittee(committeeOf(t, n));
    }).toThrow(
      expect.objectContaining({
        code: 'ERR_COMMITTEE_INVALID',
        message: `a committee of which ${t} open needs ${2 * t - 1} members or more, not ${n}`,
        argument: 'threshold',
        expected: `at most ${Math.ceil(n / 2)} of ${n} members`,
        got: String(t),
      }) as Error,
    );
  });

  test('has a structure', () => {
    expect(() => {
      checkNewCommittee(committeeOf(1, 3));
    }).toThrow('no such committee is supported');
  });
});
