import { createHash } from 'node:crypto';
import {
  holderSets,
  type Committee,
  type DealtShare,
  type Engine,
  type HeldShare,
  type MemberKey,
} from '@salus/compute';

/** A committee in one process, and what its parts of the work take. */
export interface BenchCommittee {
  readonly committee: Committee;
  readonly publicKey: Uint8Array;
  readonly keys: readonly MemberKey[];
  /** All computation of all members together: dealing, every holder's check, the key's sum. */
  readonly keyMs: number;
}

export async function meet(
  engine: Engine,
  threshold: number,
  size: number,
): Promise<BenchCommittee> {
  const keyId = 'bench';
  const seed = createHash('sha256').update(keyId).digest();
  const members = Array.from({ length: size }, (_, index) => `Member${index}MSP`);
  const committee = { members, threshold };
  const started = performance.now();
  const dealt = new Map<string, DealtShare>();
  for (const member of members) {
    const answer = await engine.dealKey({ keyId, seed, committee, member });
    for (const share of answer.dealt) dealt.set(share.shareId, share);
  }
  const held = new Map<string, HeldShare[]>(members.map((member) => [member, []]));
  const contributions: Uint8Array[] = [];
  for (const { shareId, holders } of holderSets(committee)) {
    const { contribution, package: bytes } = dealt.get(shareId) as DealtShare;
    contributions.push(contribution.bytes);
    for (const holder of holders) {
      const { share } = await engine.acceptShare({
        ...{ keyId, seed, committee, shareId },
        contribution: contribution.bytes,
        package: bytes,
      });
      held.get(holder)?.push(share);
    }
  }
  const { bytes: publicKey } = await engine.combineKey({ seed, contributions });
  const keyMs = performance.now() - started;
  const about = { profile: engine.profile, keyId, epoch: 0, committee };
  const keys = [...held].map(([member, shares]) => ({ ...about, member, shares }));
  return { committee, publicKey, keys, keyMs };
}

/** Opens with the first members that are enough; tells a member's time and the combination's. */
export async function open(
  engine: Engine,
  { committee, keys }: BenchCommittee,
  ciphertext: Uint8Array,
): Promise<{ slots: readonly number[]; memberMs: number; combineMs: number }> {
  const partials = new Map<string, Uint8Array>();
  let memberMs = 0;
  for (const key of keys.slice(0, committee.threshold)) {
    const started = performance.now();
    const answer = await engine.partialOpening({ ciphertext, key });
    memberMs = Math.max(memberMs, performance.now() - started);
    for (const { shareId, bytes } of answer) partials.set(shareId, bytes);
  }
  const started = performance.now();
  const slots = await engine.combineOpening({
    ciphertext,
    committee,
    partials: [...partials].map(([shareId, bytes]) => ({ shareId, bytes })),
  });
  return { slots, memberMs, combineMs: performance.now() - started };
}
