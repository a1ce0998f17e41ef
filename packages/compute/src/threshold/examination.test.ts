import { committeeOf } from './committee.fixture.js';
import { holderSets } from './committee.js';
import { examineDealt, examinePartials } from './examination.js';
import type { PostedHash } from './types.js';

const committee = committeeOf(3, 5);
const [A, B, C, D, E] = committee.members as [string, string, string, string, string];

/** What honest members post. */
function posted(...members: string[]): PostedHash[] {
  return holderSets(committee).flatMap(({ shareId, holders }) =>
    holders
      .filter((member) => members.includes(member))
      .map((member) => ({ member, shareId, hash: `right ${shareId}` })),
  );
}

/** The same with one member's hashes replaced. */
function lying(liar: string, ...members: string[]): PostedHash[] {
  return posted(...members).map((one) =>
    one.member === liar ? { ...one, hash: `wrong ${one.shareId}` } : one,
  );
}

describe('the examination of posted hashes', () => {
  test('agrees on every share when all members are honest', () => {
    const result = examinePartials(committee, posted(A, B, C, D, E));
    expect(result.agreed.size).toBe(10);
    expect(result.agreed.get('s3')).toBe('right s3');
    expect(result).toMatchObject({ liars: [], disputed: [], missing: [] });
  });

  test('lets any three members open, though some shares rest on one of them', () => {
    const result = examinePartials(committee, posted(B, C, E));
    expect(result.agreed.size + result.unconfirmed.size).toBe(10);
    expect(result.unconfirmed.size).toBe(3);
    expect(result).toMatchObject({ liars: [], disputed: [], missing: [] });
  });

  test('tells which share nobody has posted when two members answer', () => {
    expect(examinePartials(committee, posted(A, B)).missing).toHaveLength(1);
  });

  test('names one liar among all members, and what is right', () => {
    const result = examinePartials(committee, lying(C, A, B, C, D, E));
    expect(result.liars).toEqual([C]);
    expect([...result.agreed.values()].every((hash) => hash.startsWith('right'))).toBe(true);
    expect(result.disputed).toEqual([]);
  });

  test('finds a dispute, and names nobody, where one stands against one', () => {
    const result = examinePartials(committee, lying(C, A, B, C));
    expect(result.disputed.length).toBeGreaterThan(0);
    expect(result.disputed.every((shareId) => !result.agreed.has(shareId))).toBe(true);
  });

  test('names a member that posts two hashes, or for a share that it does not hold', () => {
    const twice = [...posted(A, B, C), { member: B, shareId: 's0', hash: 'another' }];
    expect(examinePartials(committee, twice).liars).toEqual([B]);
    const foreign = [...posted(A, B, C), { member: A, shareId: 's9', hash: 'right s9' }];
    expect(examinePartials(committee, foreign).liars).toEqual([A]);
    const stranger = [...posted(A, B, C), { member: 'Stranger', shareId: 's0', hash: 'x' }];
    expect(examinePartials(committee, stranger).liars).toEqual(['Stranger']);
  });

  test('can be outvoted by two liars who hold a share together: the documented limit', () => {
    const two = lying(A, A, B, C).map((one) =>
      one.member === B ? { ...one, hash: `wrong ${one.shareId}` } : one,
    );
    expect(examinePartials(committee, two).agreed.get('s0')).toBe('wrong s0');
  });
});

describe('what the holders of old shares dealt', () => {
  // Three of five, B is replaced by F; s0 is of A, B, C.
  const F = 'NewMSP';
  const replaced = { members: [A, C, D, E, F] };
  const all = holderSets(committee).map(({ shareId }) => shareId);
  const withB = holderSets(committee)
    .filter(({ holders }) => holders.includes(B))
    .map(({ shareId }) => shareId);
  const about = (shareId: string, ...posted: [string, string][]) =>
    posted.map(([member, hash]) => ({ member, shareId, hash }));
  const s0 = (to: { readonly members: readonly string[] }, ...posted: [string, string][]) => {
    const { standing, dissenting, disputed, missing } = examineDealt(
      committee,
      to,
      about('s0', ...posted),
    );
    return {
      standing: standing.get('s0'),
      dissenting,
      disputed,
      isMissing: missing.includes('s0'),
    };
  };

  test('stands as they agree', () => {
    const examined = examineDealt(committee, replaced, posted(A, B, C, D, E));
    expect([...examined.standing]).toEqual(all.map((shareId) => [shareId, `right ${shareId}`]));
    expect(examined).toMatchObject({ dissenting: [], disputed: [], missing: [] });
    expect(examineDealt(committee, replaced, posted(A)).missing).toHaveLength(4);
  });

  test('stands against a member that is to leave, in whatever order they post', () => {
    for (const honest of [
      [A, C, D, E],
      [A, D, E],
      [C, D, E],
    ] as const) {
      const examined = examineDealt(committee, replaced, lying(B, B, ...honest));
      expect([...examined.standing].every(([shareId, hash]) => hash === `right ${shareId}`)).toBe(
        true,
      );
      expect(examined).toMatchObject({
        standing: { size: 10 },
        dissenting: [B],
        disputed: [],
        missing: [],
      });
    }
  });

  test('waits for a holder that stays where only one that leaves has posted', () => {
    const alone = examineDealt(committee, replaced, lying(B, B, D, E));
    expect(alone.missing).toEqual(['s0']);
    expect(alone.standing.size).toBe(9);
    expect(examineDealt(committee, replaced, lying(B, B)).missing).toEqual(all);
    expect(withB).toHaveLength(6);
  });

  test('is decided by all holders where those that stay contradict each other', () => {
    const split = s0(replaced, [A, 'x'], [C, 'y']);
    expect(split).toEqual({
      standing: undefined,
      dissenting: [],
      disputed: ['s0'],
      isMissing: false,
    });
    expect(s0(replaced, [A, 'x'], [C, 'y'], [B, 'y'])).toEqual({
      standing: 'y',
      dissenting: [A],
      disputed: [],
      isMissing: false,
    });
    expect(s0(replaced, [A, 'x'], [C, 'y'], [B, 'z']).disputed).toEqual(['s0']);
  });

  test('is decided by the one holder that stays, against two that leave', () => {
    const two = { members: [A, D, E, F] };
    expect(s0(two, [B, 'x'], [C, 'x'])).toMatchObject({
      standing: undefined,
      dissenting: [],
      disputed: [],
      isMissing: true,
    });
    expect(s0(two, [B, 'x'], [C, 'x'], [A, 'y'])).toMatchObject({
      standing: 'y',
      dissenting: [B, C],
    });
    expect(s0(two, [B, 'x'], [C, 'y'])).toMatchObject({
      standing: undefined,
      disputed: [],
      isMissing: true,
    });
  });

  test('is decided by a majority where no holder stays, or by the only hash', () => {
    const none = { members: [D, E, F] };
    expect(s0(none, [A, 'x'])).toMatchObject({ standing: 'x', disputed: [] });
    expect(s0(none, [A, 'x'], [B, 'y'])).toMatchObject({ standing: undefined, disputed: ['s0'] });
    expect(s0(none, [A, 'x'], [B, 'y'], [C, 'y'])).toMatchObject({
      standing: 'y',
      dissenting: [A],
    });
  });

  test('counts nobody who does not hold the share, and names who posts for it', () => {
    expect(s0(replaced, [D, 'x'])).toMatchObject({ dissenting: [D], isMissing: true });
    expect(s0(replaced, ['Stranger', 'y'], [A, 'x'])).toMatchObject({
      standing: 'x',
      dissenting: ['Stranger'],
    });
  });
});
