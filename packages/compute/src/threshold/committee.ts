import { ComputeError } from '../bfv/errors.js';
import type { Committee, HolderSet } from './types.js';

const MOST_MEMBERS = 7;

/**
 * The shares of a key and who holds each: one for every set of n − t + 1 members. Any t members meet
 * every set, so together they hold all shares; t − 1 members miss at least one set entirely.
 *
 * Sets are in lexicographic order of their members' positions. The dealer is the
 * holder with the fewest shares dealt so far, so that the work is spread.
 *
 * @example
 * holderSets({ members: ['A', 'B', 'C'], threshold: 2 });
 * // s0: A B (dealt by A), s1: A C (dealt by C), s2: B C (dealt by B)
 *
 * @throws ComputeError ERR_COMMITTEE_INVALID
 */
export function holderSets(committee: Committee): readonly HolderSet[] {
  checkCommittee(committee);
  const { members, threshold } = committee;
  const size = members.length - threshold + 1;
  const dealt = new Map(members.map((member) => [member, 0]));
  return subsets(members, size).map((holders, index) => {
    const load = (member: string) => dealt.get(member) ?? 0;
    const dealer = holders.reduce((least, one) => (load(one) < load(least) ? one : least));
    dealt.set(dealer, load(dealer) + 1);
    return { shareId: `s${index}`, holders, dealer };
  });
}

/**
 * The shares that a member holds, in their order.
 * @throws ComputeError ERR_COMMITTEE_INVALID
 */
export function sharesHeldBy(committee: Committee, member: string): readonly string[] {
  return holderSets(committee)
    .filter(({ holders }) => holders.includes(member))
    .map(({ shareId }) => shareId);
}

/**
 * Whether a committee may be given a key: its structure, and n ≥ 2t − 1 members. Then each share has at
 * least t holders, so t − 1 liars hold no share alone. An honest holder of every share checks the
 * contribution to the key, and bounds the noise of all ciphertexts under it. Committees of earlier versions may have
 * fewer members: their keys still open.
 *
 * @throws ComputeError ERR_COMMITTEE_INVALID
 */
export function checkNewCommittee(committee: Committee): void {
  checkCommittee(committee);
  const { members, threshold } = committee;
  const needed = 2 * threshold - 1;
  if (members.length >= needed) return;
  throw new ComputeError(
    'ERR_COMMITTEE_INVALID',
    `a committee of which ${threshold} open needs ${needed} members or more, not ${members.length}`,
    {
      argument: 'threshold',
      expected: `at most ${Math.floor((members.length + 1) / 2)} of ${members.length} members`,
      got: String(threshold),
    },
  );
}

function checkCommittee({ members, threshold }: Committee): void {
  const wrong = (argument: string, expected: string, got: number) => {
    throw new ComputeError('ERR_COMMITTEE_INVALID', 'no such committee is supported', {
      argument,
      expected,
      got: String(got),
    });
  };
  const different = new Set(members).size;
  if (members.length < 2 || members.length > MOST_MEMBERS || different !== members.length) {
    wrong('members', `2 to ${MOST_MEMBERS} different members`, different);
  }
  if (!Number.isInteger(threshold) || threshold < 2 || threshold > members.length) {
    wrong('threshold', `2 to ${members.length}`, threshold);
  }
}

/** @throws ComputeError ERR_COMMITTEE_INVALID */
export function holderSetOf(committee: Committee, shareId: string): HolderSet {
  const sets = holderSets(committee);
  const found = sets.find((set) => set.shareId === shareId);
  if (found === undefined) {
    throw new ComputeError('ERR_COMMITTEE_INVALID', 'the committee has no such share', {
      argument: 'shareId',
      expected: `s0 to s${sets.length - 1}`,
      got: shareId,
    });
  }
  return found;
}

/** @throws ComputeError ERR_COMMITTEE_INVALID if the member is none of the committee's */
export function checkHolder({ members }: Committee, member: string): void {
  if (!members.includes(member)) {
    throw new ComputeError('ERR_COMMITTEE_INVALID', 'not a member of the committee', {
      argument: 'member',
      expected: members.join(', '),
      got: member,
    });
  }
}

/** A committee as it enters hashes. */
export function encodeCommittee({ members, threshold }: Committee): unknown[] {
  return [threshold, ...members];
}

function subsets(items: readonly string[], size: number): string[][] {
  if (size === 0) return [[]];
  return items.flatMap((first, index) =>
    subsets(items.slice(index + 1), size - 1).map((rest) => [first, ...rest]),
  );
}
