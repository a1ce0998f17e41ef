import {
  holderSets,
  sharesHeldBy as heldBy,
  type HolderSet,
  type PostedHash,
} from '@salus/compute';
import { SalusError } from '@salus/protocol';
import type { CommitteeTerms, ShareHash } from '@salus/protocol/computation';
import { translating } from '../engine/engine.js';

/** Which member holds and deals which share of a key; see `holderSets` of the computing library. */

/** What members posted for shares, by member. */
export type PostedHashes = ReadonlyMap<string, readonly ShareHash[]>;

/** @throws SalusError ERR_COMMITTEE_INVALID */
export function setsOf(committee: CommitteeTerms): readonly HolderSet[] {
  return translating(() => holderSets(committee));
}

export function sharesHeldBy(committee: CommitteeTerms, member: string): readonly string[] {
  return translating(() => heldBy(committee, member));
}

export function sharesDealtBy(committee: CommitteeTerms, member: string): readonly string[] {
  return setsOf(committee)
    .filter(({ dealer }) => dealer === member)
    .map(({ shareId }) => shareId);
}

/** Members that deal a share at key generation, in the committee's order. */
export function dealersOf(committee: CommitteeTerms): readonly string[] {
  const dealers = new Set(setsOf(committee).map(({ dealer }) => dealer));
  return committee.members.filter((member) => dealers.has(member));
}

/**
 * Demands that a member posts for each of its shares and for no other one.
 * @throws SalusError ERR_INVALID_ARGUMENT
 */
export function requireShares(
  argument: string,
  posted: readonly ShareHash[],
  shares: readonly string[],
): void {
  const got = posted.map(({ shareId }) => shareId);
  if (got.length === shares.length && shares.every((shareId) => got.includes(shareId))) return;
  throw new SalusError('ERR_INVALID_ARGUMENT', `${argument}: expected ${shares.join(', ')}`, {
    argument,
    expected: shares.join(', '),
    got: got.join(', '),
  });
}

/** The hash of each share that all of its holders posted alike; undefined for any other. */
export function unanimous(
  committee: CommitteeTerms,
  posted: PostedHashes,
): ReadonlyMap<string, string | undefined> {
  return new Map(
    setsOf(committee).map(({ shareId, holders }) => {
      const hashes = holders.map((holder) => hashOfShare(posted.get(holder), shareId));
      const [first] = hashes;
      return [shareId, hashes.every((hash) => hash === first) ? first : undefined];
    }),
  );
}

/** Shares for which two holders posted different hashes. */
export function contradicted(committee: CommitteeTerms, posted: PostedHashes): readonly string[] {
  return setsOf(committee)
    .filter(({ shareId, holders }) => {
      const hashes = holders.map((holder) => hashOfShare(posted.get(holder), shareId));
      return new Set(hashes.filter((hash) => hash !== undefined)).size > 1;
    })
    .map(({ shareId }) => shareId);
}

/** As a list in the order of the shares; only where every share has a hash. */
export function complete(hashes: ReadonlyMap<string, string | undefined>): ShareHash[] | undefined {
  const list = [...hashes].map(([shareId, hash]) => ({ shareId, hash }));
  return list.every((one): one is ShareHash => one.hash !== undefined) ? list : undefined;
}

/** As one list, in which each hash has its member. */
export function flatten(posted: PostedHashes): PostedHash[] {
  return [...posted].flatMap(([member, hashes]) =>
    hashes.map(({ shareId, hash }) => ({ member, shareId, hash })),
  );
}

function hashOfShare(
  hashes: readonly ShareHash[] | undefined,
  shareId: string,
): string | undefined {
  return hashes?.find((one) => one.shareId === shareId)?.hash;
}
