import { createHash } from 'node:crypto';
import {
  createEngine,
  freshBound,
  profileOf,
  trialLabel,
  type BoundHashed,
  type DealtShare,
  type Engine,
  type HeldShare,
  type PartialOpening,
  type Profile,
  type ProvenCiphertexts,
  type ProvenOpening,
  type ResharePart,
} from '@salus/compute';
import { inOrderOfShares } from '@salus/protocol/computation';
import { meet, type KeyCommittee } from '../key-committee.js';
import type { Polynomials } from './spoiled-polynomials.js';

/** SEAL's header of an uncompressed ciphertext or public key. */
const HEADER_LENGTH = 113;
const COMMITTEE = { members: ['Member0MSP', 'Member1MSP', 'Member2MSP'], threshold: 2 };
const FOREIGN_PROFILE = 'bfv-8192-sum-v1';
const VALUES = [41, 1];
const OTHER_VALUES = [1, 1];
/** What both add up to. */
export const TOTALS = [42, 2] as const;

/** What is public of an honest committee, and what its members send: all that a hostile party alters. */
export interface Material {
  readonly profile: Profile;
  readonly committee: KeyCommittee;
  /** By share, in the shares' order. */
  readonly dealt: readonly DealtShare[];
  readonly label: string;
  readonly contextHash: string;
  readonly inputs: readonly [BoundHashed, BoundHashed];
  readonly proven: ProvenCiphertexts;
  readonly result: BoundHashed;
  /** One of each share. */
  readonly partials: readonly PartialOpening[];
  /** Of the trial ciphertext, one of each share. */
  readonly trialPartials: readonly PartialOpening[];
  readonly opening: ProvenOpening;
  /** What the holders of all old shares deal for the last new share. */
  readonly parts: readonly (ResharePart & { readonly from: string })[];
  readonly ciphertext: Polynomials;
  readonly publicKey: Polynomials;
  readonly contribution: Polynomials;
  readonly partial: Polynomials;
}

/** Meets with an engine of a proven profile, and has everything made once. */
export async function makeMaterial(engine: Engine): Promise<Material> {
  const profile = profileOf(engine.profile);
  const committee = await meet(engine, COMMITTEE);
  const { publicKey, keyId, seed } = committee;
  const contextHash = createHash('sha256').update('honest').digest('hex');
  const vectors = [{ values: VALUES }, { values: OTHER_VALUES }];
  const proven = await engine.encryptProven({ publicKey, vectors, contextHash });
  const inputs = proven.ciphertexts as unknown as readonly [BoundHashed, BoundHashed];
  const result = await engine.evaluate({ program: { name: 'sum.v1' }, inputs });
  const dealt = inOrderOfShares([...committee.dealt.values()].flatMap((one) => one.dealt));
  const fingerprints = dealt.map(({ shareId, fingerprint }) => [shareId, fingerprint] as const);
  const about = { profile: engine.profile, keyId, epoch: 0, to: COMMITTEE };
  const label = trialLabel(about, Object.fromEntries(fingerprints));
  const trial = await engine.trialCiphertext({ publicKey, label });
  const opening = await engine.openProven({
    slots: profile.degree,
    ...{ ciphertext: result.bytes, key: keyOf(committee), epoch: 0, seed, contextHash },
    contributions: contributionsOf(dealt, keyOf(committee).shares),
  });
  const foreign = await foreignPolynomials();
  const dataModuli = profile.coefficientModuli.slice(0, -1);
  const form = (bytes: Uint8Array, moduli: readonly bigint[], headerLength = 0) => ({
    ...{ bytes, moduli, headerLength, degree: profile.degree },
  });
  return {
    ...{ profile, committee, dealt, label, contextHash, inputs, proven, result, opening },
    partials: await partialsOf(engine, committee, result.bytes),
    trialPartials: await partialsOf(engine, committee, trial.bytes),
    parts: await lastParts(engine, committee),
    ciphertext: {
      ...form(inputs[0].bytes, dataModuli, HEADER_LENGTH),
      foreign: foreign.ciphertext,
    },
    publicKey: {
      ...form(publicKey, profile.coefficientModuli, HEADER_LENGTH),
      foreign: foreign.publicKey,
    },
    contribution: form((dealt[0] as DealtShare).contribution.bytes, profile.coefficientModuli),
    partial: form((opening.partials[0] as PartialOpening).bytes, dataModuli),
  };
}

/** The first member's key. An engine wipes the copy that it is sent. */
export const keyOf = ({ keys }: KeyCommittee, member = 0) =>
  keys[member] as KeyCommittee['keys'][number];

export const contributionsOf = (dealt: readonly DealtShare[], shares: readonly HeldShare[]) =>
  shares.map(({ shareId }) => {
    const found = dealt.find((one) => one.shareId === shareId) as DealtShare;
    return found.contribution.bytes;
  });

/** How much of anything an input's range allows. */
export const boundOfInputs = (profile: Profile) =>
  freshBound(profile, { least: 0, most: profile.maxValue });

async function partialsOf(
  engine: Engine,
  { keys, committee }: KeyCommittee,
  ciphertext: Uint8Array,
): Promise<PartialOpening[]> {
  const byShare = new Map<string, PartialOpening>();
  for (const key of keys.slice(0, committee.threshold)) {
    for (const one of await engine.partialOpening({
      ciphertext,
      key,
      slots: profileOf(engine.profile).degree,
    })) {
      byShare.set(one.shareId, one);
    }
  }
  return [...byShare.values()];
}

async function lastParts(engine: Engine, { keys }: KeyCommittee) {
  const byShare = new Map<string, ResharePart & { readonly from: string }>();
  for (const key of keys) {
    for (const { shareId, parts } of await engine.dealReshare({ key, to: COMMITTEE, epoch: 1 })) {
      byShare.set(shareId, { from: shareId, ...(parts.at(-1) as ResharePart) });
    }
  }
  return [...byShare.values()];
}

async function foreignPolynomials() {
  await using engine = createEngine({ profile: FOREIGN_PROFILE });
  const { publicKey } = await meet(engine, COMMITTEE);
  const { bytes: ciphertext } = await engine.encrypt({ publicKey, values: VALUES });
  return { publicKey, ciphertext };
}
