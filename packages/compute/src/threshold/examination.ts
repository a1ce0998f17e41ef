import { holderSets } from './committee.js';
import type { Committee, HolderSet, PostedHash } from './types.js';

export interface Examination {
  /** The right hash by share: a strict majority of all holders of the share posted it. */
  readonly agreed: ReadonlyMap<string, string>;
  /** The only hash posted for a share, but by too few of its holders to be sure of it. */
  readonly unconfirmed: ReadonlyMap<string, string>;
  /**
   * Members that posted another hash than the agreed one, two hashes for one share, or one for a
   * share that they do not hold.
   */
  readonly liars: readonly string[];
  /** Shares with different hashes and no majority: somebody lied, and nobody can tell who. */
  readonly disputed: readonly string[];
  /** Shares for which no holder posted a hash. */
  readonly missing: readonly string[];
}

/**
 * Compares what members posted for the shares that they hold. Partial openings, fingerprints, and the parts
 * of a resharing are the same for all holders of a share. So a difference is a lie. An opening can go on
 * when no share is disputed or missing. A share with one holder, as keys of version 0.1 may have, is agreed by that
 * holder alone.
 *
 * @throws ComputeError ERR_COMMITTEE_INVALID
 */
export function examinePartials(committee: Committee, posted: readonly PostedHash[]): Examination {
  const sets = holderSets(committee);
  const agreed = new Map<string, string>();
  const unconfirmed = new Map<string, string>();
  const disputed: string[] = [];
  const missing: string[] = [];
  const liars = new Set([...strangers(sets, posted), ...equivocators(posted)]);
  for (const { shareId, holders } of sets) {
    const own = posted.filter((one) => one.shareId === shareId && holders.includes(one.member));
    const votes = votesOf(own);
    const majority = majorityOf(votes, holders.length);
    const [first] = votes.keys();
    if (majority !== undefined) {
      agreed.set(shareId, majority);
      for (const { member, hash } of own) if (hash !== majority) liars.add(member);
    } else if (first === undefined) missing.push(shareId);
    else if (votes.size > 1) disputed.push(shareId);
    else unconfirmed.set(shareId, first);
  }
  const ordered = committee.members.filter((member) => liars.delete(member));
  return { agreed, unconfirmed, liars: [...ordered, ...liars], disputed, missing };
}

/** What the holders of old shares dealt for a resharing comes to. */
export interface DealtExamination {
  /** The hash that counts, by old share. */
  readonly standing: ReadonlyMap<string, string>;
  /** Members that posted another hash than the one that stands, or one for a share that they do not hold. */
  readonly dissenting: readonly string[];
  /** Shares whose holders contradict each other so that no hash stands. */
  readonly disputed: readonly string[];
  /** Shares for which no holder has posted a hash that can stand. */
  readonly missing: readonly string[];
}

/**
 * Compares what the holders of old shares posted for a resharing. Members that are to leave must not be able to
 * stop it, not even together. So the holders that stay decide: their hash stands if they agree. Where they contradict
 * each other, a strict majority of all holders decides. A share of which no holder stays is decided by all of them.
 *
 * A hash that stands can be wrong, if those who decide lie. The trial of the new shares then fails.
 *
 * @throws ComputeError ERR_COMMITTEE_INVALID
 */
export function examineDealt(
  from: Committee,
  to: Pick<Committee, 'members'>,
  posted: readonly PostedHash[],
): DealtExamination {
  const sets = holderSets(from);
  const standing = new Map<string, string>();
  const disputed: string[] = [];
  const missing: string[] = [];
  const dissenting = new Set(strangers(sets, posted));
  for (const { shareId, holders } of sets) {
    const own = posted.filter((one) => one.shareId === shareId && holders.includes(one.member));
    const staying = holders.filter((member) => to.members.includes(member));
    const deciding = staying.length > 0 ? staying : holders;
    const votes = votesOf(own.filter(({ member }) => deciding.includes(member)));
    const isSplit = votes.size > 1;
    const hash = isSplit ? majorityOf(votesOf(own), holders.length) : [...votes.keys()][0];
    if (hash !== undefined) {
      standing.set(shareId, hash);
      for (const one of own) if (one.hash !== hash) dissenting.add(one.member);
    } else (isSplit ? disputed : missing).push(shareId);
  }
  const ordered = from.members.filter((member) => dissenting.delete(member));
  return { standing, dissenting: [...ordered, ...dissenting], disputed, missing };
}

/** The hash that more than half of the holders posted. */
function majorityOf(
  votes: ReadonlyMap<string, ReadonlySet<string>>,
  holders: number,
): string | undefined {
  return [...votes].find(([, voters]) => voters.size > holders / 2)?.[0];
}

function equivocators(posted: readonly PostedHash[]): string[] {
  return posted
    .filter(({ member, shareId, hash }) =>
      posted.some(
        (other) => other.member === member && other.shareId === shareId && other.hash !== hash,
      ),
    )
    .map(({ member }) => member);
}

function votesOf(posted: readonly PostedHash[]): Map<string, Set<string>> {
  const votes = new Map<string, Set<string>>();
  for (const { member, hash } of posted) {
    votes.set(hash, (votes.get(hash) ?? new Set()).add(member));
  }
  return votes;
}

function strangers(sets: readonly HolderSet[], posted: readonly PostedHash[]): string[] {
  return posted
    .filter(
      ({ member, shareId }) =>
        !sets.some((set) => set.shareId === shareId && set.holders.includes(member)),
    )
    .map(({ member }) => member);
}
