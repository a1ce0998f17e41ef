import { examinePartials } from '@salus/compute';
import type {
  CommitteeTerms,
  Opening,
  OpeningStatus,
  ShareHash,
} from '@salus/protocol/computation';
import { translating } from '../engine/engine.js';
import { setsOf, type PostedHashes } from './shares.js';

/** What the posted hashes of partial openings come to. */
export interface ExaminedPartials {
  readonly status: Extract<OpeningStatus, 'COLLECTING' | 'UNCONFIRMED' | 'DISPUTED' | 'RELEASABLE'>;
  /** In the order of the shares; empty unless RELEASABLE. */
  readonly agreed: readonly ShareHash[];
  /** Shares with a hash of too few holders, and no proof, in the order of the shares. */
  readonly unconfirmed: readonly string[];
  readonly liars: readonly string[];
  /** Members that posted another hash than the proven one, and whose own proof was not shown. */
  readonly unproven: readonly string[];
}

/** The partial openings whose proofs endorsers have verified. */
export interface ProvenPartials {
  /** By share. */
  readonly hashes: ReadonlyMap<string, string>;
  /** Whose proofs they are. */
  readonly members: readonly string[];
}

const NOTHING_PROVEN: ProvenPartials = { hashes: new Map(), members: [] };

/** So many holders of a share confirm its hash at least. */
const CONFIRMATIONS = 2;

/** What is known of one share. */
interface Verdict {
  readonly shareId: string;
  /** The hash that counts, or the only one. */
  readonly hash?: string;
  readonly isConfirmed: boolean;
  /** Whether different hashes were posted, and none counts. */
  readonly isDisputed: boolean;
}

/**
 * A contract uses what an opening gives once each share is confirmed by its holders, or the partial opening is
 * proven. Before that, a hash for every share has to be there, which takes a threshold of members.
 *
 * Where members can prove their partial openings, a threshold of holders confirms a share: one of them at least is
 * honest. So fewer colluding members than a threshold neither have a value of their making used, nor have an honest
 * member named. Where they cannot, two holders confirm a share that a majority does not contradict: a member that
 * answers alone for a share could shift the total by what it likes.
 *
 * A proof takes the place of confirmations, and goes before them. Whoever posted another hash is told of as unproven,
 * and not as a liar: a member may smudge otherwise than the others, prove that, and be as right as they are.
 */
export function examine(
  opening: Pick<Opening, 'committee' | 'provable'>,
  posted: PostedHashes,
  proven: ProvenPartials = NOTHING_PROVEN,
): ExaminedPartials {
  const { verdicts, liars } = opening.provable
    ? byThreshold(opening.committee, posted)
    : byMajority(opening.committee, posted);
  const { hashes } = proven;
  const open = verdicts.filter(({ shareId, isConfirmed }) => !isConfirmed && !hashes.has(shareId));
  const unconfirmed = open.filter((one) => one.hash !== undefined).map((one) => one.shareId);
  const named = { liars, unproven: unprovenOf(opening.committee, { verdicts, posted, proven }) };
  const none = { agreed: [], unconfirmed, ...named };
  if (open.some(({ isDisputed }) => isDisputed)) return { status: 'DISPUTED', ...none };
  if (open.length > unconfirmed.length) return { status: 'COLLECTING', ...none };
  if (unconfirmed.length > 0) return { status: 'UNCONFIRMED', ...none };
  const agreed = verdicts.map(({ shareId, hash }) => ({
    shareId,
    hash: (hashes.get(shareId) ?? hash) as string,
  }));
  return { status: 'RELEASABLE', agreed, unconfirmed, ...named };
}

/** Whoever posted what a threshold of holders confirms needs no proof. */
function unprovenOf(
  { members }: CommitteeTerms,
  of: {
    readonly verdicts: readonly Verdict[];
    readonly posted: PostedHashes;
    readonly proven: ProvenPartials;
  },
): readonly string[] {
  const { verdicts, posted, proven } = of;
  const confirmed = new Set(
    verdicts
      .filter(({ isConfirmed }) => isConfirmed)
      .map(({ shareId, hash }) => `${shareId} ${hash}`),
  );
  return members.filter((member) => {
    if (proven.members.includes(member)) return false;
    return (posted.get(member) ?? []).some(
      ({ shareId, hash }) =>
        (proven.hashes.get(shareId) ?? hash) !== hash && !confirmed.has(`${shareId} ${hash}`),
    );
  });
}

interface Verdicts {
  /** In the order of the shares. */
  readonly verdicts: readonly Verdict[];
  /** In the committee's order. */
  readonly liars: readonly string[];
}

function byThreshold(committee: CommitteeTerms, posted: PostedHashes): Verdicts {
  const named = new Set<string>();
  const verdicts = setsOf(committee).map(({ shareId, holders }) => {
    const votes = votesOf(posted, shareId, holders);
    const [first] = votes.keys();
    const confirmed = [...votes].find(([, voters]) => voters.length >= committee.threshold)?.[0];
    if (confirmed === undefined) {
      const isDisputed = votes.size > 1;
      const only = isDisputed || first === undefined ? {} : { hash: first };
      return { shareId, isConfirmed: false, isDisputed, ...only };
    }
    for (const [hash, voters] of votes) {
      if (hash !== confirmed) for (const voter of voters) named.add(voter);
    }
    return { shareId, hash: confirmed, isConfirmed: true, isDisputed: false };
  });
  return { verdicts, liars: committee.members.filter((member) => named.has(member)) };
}

function byMajority(committee: CommitteeTerms, posted: PostedHashes): Verdicts {
  const posts = [...posted].flatMap(([member, hashes]) =>
    hashes.map(({ shareId, hash }) => ({ member, shareId, hash })),
  );
  const found = translating(() => examinePartials(committee, posts));
  const hashes = new Map([...found.agreed, ...found.unconfirmed]);
  const verdicts = setsOf(committee).map(({ shareId, holders }) => {
    const hash = hashes.get(shareId);
    const isDisputed = found.disputed.includes(shareId);
    if (hash === undefined) return { shareId, isConfirmed: false, isDisputed };
    const confirming = votesOf(posted, shareId, holders).get(hash) ?? [];
    return { shareId, hash, isConfirmed: confirming.length >= CONFIRMATIONS, isDisputed };
  });
  return { verdicts, liars: committee.members.filter((one) => found.liars.includes(one)) };
}

/** Which holders of a share posted which hash for it. */
function votesOf(
  posted: PostedHashes,
  shareId: string,
  holders: readonly string[],
): ReadonlyMap<string, readonly string[]> {
  const votes = new Map<string, string[]>();
  for (const holder of holders) {
    for (const one of posted.get(holder) ?? []) {
      if (one.shareId === shareId) votes.set(one.hash, [...(votes.get(one.hash) ?? []), holder]);
    }
  }
  return votes;
}
