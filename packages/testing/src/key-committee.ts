import { createHash } from 'node:crypto';
import {
  holderSets,
  profileOf,
  type Committee,
  type DealtKey,
  type DealtShare,
  type Engine,
  type HeldShare,
  type MemberKey,
} from '@salus/compute';

/** A committee in one process, and what its parts of the work take. */
export interface KeyCommittee {
  readonly keyId: string;
  readonly seed: Uint8Array;
  readonly committee: Committee;
  readonly publicKey: Uint8Array;
  /** What each member dealt, and so reveals. */
  readonly dealt: ReadonlyMap<string, DealtKey>;
  readonly keys: readonly MemberKey[];
  /** All computation of all members together: dealing, every holder's check, the key's sum. */
  readonly keyMs: number;
}

export async function meet(
  engine: Engine,
  committee: Committee,
  keyId = 'key-1',
): Promise<KeyCommittee> {
  const { members } = committee;
  const seed = createHash('sha256').update(keyId).digest();
  const started = performance.now();
  const dealt = new Map<string, DealtKey>();
  for (const member of members) {
    dealt.set(member, await engine.dealKey({ keyId, seed, committee, member }));
  }
  const shares = new Map<string, DealtShare>(
    [...dealt.values()].flatMap((own) => own.dealt.map((share) => [share.shareId, share])),
  );
  const held = new Map<string, HeldShare[]>(members.map((member) => [member, []]));
  const contributions: Uint8Array[] = [];
  for (const { shareId, holders } of holderSets(committee)) {
    const { contribution, package: bytes } = shares.get(shareId) as DealtShare;
    contributions.push(contribution.bytes);
    for (const holder of holders) {
      const { share } = await engine.acceptShare({
        keyId,
        seed,
        committee,
        shareId,
        contribution: contribution.bytes,
        package: bytes,
      });
      held.get(holder)?.push(share);
    }
  }
  const { bytes: publicKey } = await engine.combineKey({ seed, contributions });
  const keyMs = performance.now() - started;
  const about = { profile: engine.profile, keyId, epoch: 0, committee };
  const keys = [...held].map(([member, own]) => ({ ...about, member, shares: own }));
  return { keyId, seed, committee, publicKey, dealt, keys, keyMs };
}

/** Opens with the first members that are enough; tells a member's time and the combination's. */
export async function open(
  engine: Engine,
  { committee, keys }: KeyCommittee,
  ciphertext: Uint8Array,
): Promise<{ slots: readonly number[]; memberMs: number; combineMs: number }> {
  const partials = new Map<string, Uint8Array>();
  let memberMs = 0;
  for (const key of keys.slice(0, committee.threshold)) {
    const started = performance.now();
    const answer = await engine.partialOpening({
      slots: profileOf(engine.profile).degree,
      ciphertext,
      key,
    });
    memberMs = Math.max(memberMs, performance.now() - started);
    for (const { shareId, bytes } of answer) partials.set(shareId, bytes);
  }
  const started = performance.now();
  const slots = await engine.combineOpening({
    slots: profileOf(engine.profile).degree,
    ciphertext,
    committee,
    partials: [...partials].map(([shareId, bytes]) => ({ shareId, bytes })),
  });
  return { slots, memberMs, combineMs: performance.now() - started };
}
