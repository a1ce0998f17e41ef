import { examinePartials } from '@salus/compute';
import type { CommitteeTerms, OpeningStatus, ShareHash } from '@salus/protocol/computation';
import { translating } from '../engine/engine.js';
import { setsOf, type PostedHashes } from './shares.js';

/** What the posted hashes of partial openings come to. */
export interface ExaminedPartials {
  readonly status: Extract<OpeningStatus, 'COLLECTING' | 'UNCONFIRMED' | 'DISPUTED' | 'RELEASABLE'>;
  /** In the order of the shares; empty unless RELEASABLE. */
  readonly agreed: readonly ShareHash[];
  /** Shares with a hash of one holder alone, and no proof, in the order of the shares. */
  readonly unconfirmed: readonly string[];
  readonly liars: readonly string[];
}

/** By share: the hash of the partial opening whose proof endorsers have verified. */
export type ProvenHashes = ReadonlyMap<string, string>;

/** So many holders of a share post one hash before a contract uses what it stands for. */
const CONFIRMATIONS = 2;

/**
 * A contract uses what an opening gives once each share is confirmed: two of its holders have posted one
 * hash, or the partial opening is proven. A member that answers alone for a share could shift the total by
 * what it likes. A proof stands against any number of holders. Before that, a hash for every share has to
 * be there, which takes a threshold of members. A share whose holders contradict each other, with neither a
 * majority nor a proof, stops the opening.
 */
export function examine(
  committee: CommitteeTerms,
  posted: PostedHashes,
  proven: ProvenHashes = new Map(),
): ExaminedPartials {
  const posts = [...posted].flatMap(([member, hashes]) =>
    hashes.map(({ shareId, hash }) => ({ member, shareId, hash })),
  );
  const unproven = posts.filter(({ shareId }) => !proven.has(shareId));
  const { missing, disputed, ...found } = translating(() => examinePartials(committee, unproven));
  const hashes = new Map([...found.agreed, ...found.unconfirmed, ...proven]);
  const refuted = posts.filter(
    ({ shareId, hash }) => proven.has(shareId) && proven.get(shareId) !== hash,
  );
  const named = new Set([...found.liars, ...refuted.map(({ member }) => member)]);
  const liars = committee.members.filter((member) => named.has(member));
  const shares = setsOf(committee);
  const unconfirmed = shares
    .filter(({ shareId, holders }) => {
      const hash = hashes.get(shareId);
      if (hash === undefined || proven.has(shareId)) return false;
      const confirming = posts.filter(
        (one) => one.shareId === shareId && one.hash === hash && holders.includes(one.member),
      );
      return confirming.length < CONFIRMATIONS;
    })
    .map(({ shareId }) => shareId);
  const none = { agreed: [], unconfirmed, liars };
  if (disputed.length > 0) return { status: 'DISPUTED', ...none };
  if (missing.some((shareId) => !proven.has(shareId))) return { status: 'COLLECTING', ...none };
  if (unconfirmed.length > 0) return { status: 'UNCONFIRMED', ...none };
  const agreed = shares.map(({ shareId }) => ({ shareId, hash: hashes.get(shareId) as string }));
  return { status: 'RELEASABLE', agreed, unconfirmed, liars };
}
