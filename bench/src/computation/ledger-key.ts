import {
  holderSets,
  profileOf,
  type DealtKey,
  type MemberKey,
  type PartialOpening,
} from '@salus/compute';
import { meet, type KeyCommittee } from '@salus/testing/key-committee';
import type { ComputationWorld } from './world.js';

const COMMITTEE = {
  members: ['CityHospitalMSP', 'ValleyHospitalMSP', 'InsurerMSP', 'PharmaMSP', 'RegulatorMSP'],
  threshold: 3,
};
export const PURPOSE = 'figures';

/** A key of 3 of 5, by the ceremony that every member takes part in. */
export async function makeKey(world: ComputationWorld, keyId: string): Promise<KeyCommittee> {
  const made = await meet(world.engine, COMMITTEE, keyId);
  const { seed, dealt, keys, publicKey } = made;
  const [first] = COMMITTEE.members as [string];
  const proposer = await world.officer(first);
  await proposer.proposeKey({
    keyId,
    profile: world.engine.profile,
    purpose: PURPOSE,
    members: [...COMMITTEE.members],
    threshold: COMMITTEE.threshold,
    aSeed: Buffer.from(seed).toString('hex'),
    validFrom: '2020-01-01T00:00:00Z',
    validTo: '2099-12-31T00:00:00Z',
    slotBudget: 2 ** 25,
  });
  await world.inStep(COMMITTEE.members);
  for (const [member, { commitment }] of dealt) {
    await (await world.officer(member)).commitContribution(keyId, commitment);
  }
  await world.inStep(COMMITTEE.members);
  for (const [member, own] of dealt) {
    await (await world.officer(member)).revealContribution(keyId, contributionsOf(own));
  }
  await world.inStep(COMMITTEE.members);
  const shares = [...dealt.values()].flatMap((own) => own.dealt);
  for (const { member } of keys) {
    const fingerprints = shares
      .filter(({ shareId }) => holdersOf(shareId).includes(member))
      .map(({ shareId, fingerprint }) => ({ shareId, hash: fingerprint }));
    await (await world.officer(member)).confirmShares({ keyId, epoch: 0, fingerprints });
  }
  await world.inStep(COMMITTEE.members);
  const partials = await proveShares(world, keyId, keys, publicKey);
  await world.inStep(COMMITTEE.members);
  const contributions = [...dealt.values()].flatMap(contributionsOf);
  await proposer.finaliseKey(keyId, { contributions, partials });
  await world.inStep(COMMITTEE.members);
  return made;
}

async function proveShares(
  world: ComputationWorld,
  keyId: string,
  keys: readonly MemberKey[],
  publicKey: Uint8Array,
) {
  const { engine } = world;
  const { ceremony } = await (await world.officer(COMMITTEE.members[0] ?? '')).getKey(keyId);
  const label = ceremony.trialLabel;
  if (label === undefined) throw new Error('the shares are not confirmed');
  const { bytes: ciphertext } = await engine.trialCiphertext({ publicKey, label });
  const partials = new Map<string, Uint8Array>();
  for (const key of keys) {
    const own = await engine.partialOpening({
      slots: profileOf(engine.profile).degree,
      ciphertext,
      key,
    });
    for (const { shareId, bytes } of own) partials.set(shareId, bytes);
    const request = { keyId, epoch: 0, partials: hashesOf(own) };
    await (await world.officer(key.member)).proveShares(request);
  }
  return [...partials].map(([shareId, bytes]) => ({ shareId, bytes }));
}

function contributionsOf({ dealt }: DealtKey) {
  return dealt.map(({ shareId, contribution }) => ({ shareId, bytes: contribution.bytes }));
}

function holdersOf(shareId: string): readonly string[] {
  return holderSets(COMMITTEE).find((set) => set.shareId === shareId)?.holders ?? [];
}

/** What a member posts of its partial openings. */
function hashesOf(partials: readonly PartialOpening[]) {
  return partials.map(({ shareId, hash }) => ({ shareId, hash }));
}
