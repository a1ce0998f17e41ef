import { committeeOf } from './committee.fixture.js';
import { holderSets } from './committee.js';
import { examinePartials } from './examination.js';
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

  test('takes the only holder of a share at its word in n of n', () => {
    const all = committeeOf(2, 2);
    const hashes = [
      { member: 'Member0MSP', shareId: 's0', hash: 'a' },
      { member: 'Member1MSP', shareId: 's1', hash: 'b' },
    ];
    expect(examinePartials(all, hashes).agreed.size).toBe(2);
  });
});
