import { randomBytes } from 'node:crypto';
import { proveValues, type ProvenValues } from '@salus/client/computation';
import {
  holderSets,
  profileOf,
  sha256Hex,
  sharesHeldBy,
  type Committee,
  type DealtKey,
  type Engine,
  type HeldShare,
  type MemberKey,
  type PartialOpening,
} from '@salus/compute';
import {
  inOrderOfShares,
  isSameCommittee,
  openingContextHashOf,
  type CiphertextUse,
  type CollectiveKey,
  type ComputationTransactions,
  type ShareHash,
  type SubjectTerms,
} from '@salus/protocol/computation';
import type { ContractWorld } from '../../contract-world.js';

type Name = keyof ComputationTransactions;
type Request<N extends Name> = ComputationTransactions[N]['request'];
type Response<N extends Name> = ComputationTransactions[N]['response'];
export type Transient = Readonly<Record<string, Uint8Array>>;
/** An organisation and one of its users. */
export type Actor = readonly [organisation: string, user: string];

export const PROFILE = 'bfv-8192-proven-v1';
/** As many organisations as the chaincode's policy asks for. */
export const ENDORSERS = ['ValleyHospitalMSP', 'InsurerMSP', 'RegulatorMSP'];
export const TWO_OF_THREE: Committee = { members: ENDORSERS, threshold: 2 };
/** Every share has three holders: three members confirm each, and outvote the fourth. */
export const TWO_OF_FOUR = { members: ['CityHospitalMSP', ...ENDORSERS], threshold: 2 };

/** So much is hidden: far above the noise, far below what a value takes. */
const HIDDEN = 2n ** 104n;
/** Bytes before the polynomials of a ciphertext. */
const HEADER = 113;

/** A trial shows all of them. */
const ALL_SLOTS = 8192;

/** What members prove of an opening. */
export interface ProvenAnswer {
  readonly openingId: string;
  readonly ciphertext: Uint8Array;
  /** How many slots recipients get. */
  readonly slots: number;
}

/**
 * Adds a number to the constant coefficient of c1. Who has all partial openings of a sum with it reads a
 * multiple of the collective secret out of the noise, while the values stay right.
 */
export function withHiddenMultiple(ciphertext: Uint8Array): Uint8Array {
  const evil = Uint8Array.from(ciphertext);
  const view = new DataView(evil.buffer);
  const { coefficientModuli, degree } = profileOf(PROFILE);
  const data = coefficientModuli.slice(0, -1);
  for (const [index, modulus] of data.entries()) {
    const at = HEADER + (data.length + index) * degree * 8;
    view.setBigUint64(at, (view.getBigUint64(at, true) + HIDDEN) % modulus, true);
  }
  return evil;
}
/** A key with all members' shares, as only a test may have them. */
export interface TestKey {
  readonly keyId: string;
  readonly seed: Uint8Array;
  readonly committee: Committee;
  readonly publicKey: Uint8Array;
  /** By share, as the ceremony revealed them, or as new holders derived them. */
  readonly contributions: ReadonlyMap<string, Uint8Array>;
  readonly members: ReadonlyMap<string, MemberKey>;
  readonly onLedger: CollectiveKey;
}

/** What the members of a committee have before their key is active. */
export interface Dealing {
  readonly keyId: string;
  readonly seed: Uint8Array;
  readonly committee: Committee;
  readonly dealt: ReadonlyMap<string, DealtKey>;
}

/** What a key is proposed with, where it is not as usual. */
export type KeyOptions = Partial<Omit<Request<'proposeKey'>, 'keyId' | 'aSeed'>>;

/** Officers of committees, and what they do in the ordinary run of things. */
export class CommitteeActors {
  constructor(
    readonly world: ContractWorld,
    readonly engine: Engine,
    readonly purpose: string,
    readonly chaincode = 'claims',
  ) {}

  async submit<N extends Name>(
    as: Actor,
    transaction: N,
    request: Request<N>,
    options: { transient?: Transient; endorsers?: readonly string[] } = {},
  ): Promise<Response<N>> {
    const { result } = await this.world
      .client(...as)
      .submit(this.chaincode, `computation:${transaction}`, {
        args: [JSON.stringify(request)],
        endorsingOrganizations: [...(options.endorsers ?? ENDORSERS)],
        ...(options.transient && { transient: { ...options.transient } }),
      });
    return JSON.parse(result.toString('utf8')) as Response<N>;
  }

  async evaluate<N extends Name>(as: Actor, transaction: N, request: Request<N>) {
    const args = [JSON.stringify(request)];
    const client = this.world.client(...as);
    const result = await client.evaluate(this.chaincode, `computation:${transaction}`, { args });
    return JSON.parse(result.toString('utf8')) as Response<N>;
  }

  /** Encrypts as an honest client of an actor does, with proofs for one use alone. */
  async prove(
    as: Actor,
    { keyId, publicKey }: Pick<TestKey, 'keyId' | 'publicKey'>,
    about: SubjectTerms | Omit<SubjectTerms, 'subject'>,
    vectors: readonly (readonly number[])[],
    change: Partial<CiphertextUse> = {},
  ): Promise<ProvenValues> {
    const use: CiphertextUse = {
      channel: this.world.channel,
      chaincode: this.chaincode,
      keyId,
      publicKeyHash: sha256Hex(publicKey),
      epoch: 0,
      sender: await this.world.client(...as).contributor(),
      ...about,
      ...change,
    };
    // Who lies keeps to no range.
    const bound = { least: -(2 ** 31), most: profileOf(PROFILE).maxValue };
    return await proveValues(this.engine, { publicKey, use, vectors, bound });
  }

  /** Proposes a key and has its shares dealt; nothing is committed yet. */
  async propose(options: KeyOptions = {}): Promise<Dealing> {
    const { members = TWO_OF_THREE.members, threshold = TWO_OF_THREE.threshold } = options;
    const keyId = this.world.uniqueId('key');
    const seed = Uint8Array.from(randomBytes(32));
    const proposal = {
      keyId,
      profile: PROFILE,
      purpose: this.purpose,
      aSeed: Buffer.from(seed).toString('hex'),
      validFrom: '2020-01-01T00:00:00Z',
      validTo: '2099-12-31T00:00:00Z',
      slotBudget: 2 ** 25,
      ...options,
      members: [...members],
      threshold,
    };
    const proposer = officer([...members].at(-1) ?? '');
    await this.submit(proposer, 'proposeKey', proposal);
    const committee = { members, threshold };
    const dealt = new Map<string, DealtKey>();
    for (const member of members) {
      const own = await this.engine.dealKey({ keyId, seed, committee, member });
      if (own.dealt.length > 0) dealt.set(member, own);
    }
    return { keyId, seed, committee, dealt };
  }

  async commitAll({ keyId, dealt }: Dealing): Promise<void> {
    for (const [member, { commitment }] of dealt) {
      await this.submit(officer(member), 'commitContribution', { keyId, commitment });
    }
  }

  async reveal({ keyId }: Dealing, member: string, { dealt }: DealtKey): Promise<void> {
    const transient = Object.fromEntries(
      dealt.map(({ shareId, contribution }) => [`contribution.${shareId}`, contribution.bytes]),
    );
    await this.submit(officer(member), 'revealContribution', { keyId }, { transient });
  }

  async revealAll(dealing: Dealing): Promise<void> {
    for (const [member, own] of dealing.dealt) await this.reveal(dealing, member, own);
  }

  /** Every holder takes its shares out of the packages and posts their fingerprints. */
  async confirmAll(dealing: Dealing): Promise<Map<string, MemberKey>> {
    const { keyId, seed, committee, dealt } = dealing;
    const shares: HeldShare[] = [];
    const fingerprints = new Map<string, string>();
    for (const { shareId, contribution, package: bytes } of byShare(dealt)) {
      const request = { keyId, seed, committee, shareId, contribution: contribution.bytes };
      const accepted = await this.engine.acceptShare({ ...request, package: bytes });
      shares.push(accepted.share);
      fingerprints.set(shareId, accepted.fingerprint);
    }
    await this.#confirm(keyId, 0, committee, fingerprints);
    return this.#keysOf(keyId, 0, committee, shares);
  }

  async proveAll(
    keyId: string,
    publicKey: Uint8Array,
    members: ReadonlyMap<string, MemberKey>,
  ): Promise<Transient> {
    const { ceremony } = await this.evaluate(officer(ENDORSERS[0] ?? ''), 'getKey', { keyId });
    const label = ceremony.trialLabel ?? '';
    const { bytes: ciphertext } = await this.engine.trialCiphertext({ publicKey, label });
    const partials = await this.partialsOf(members, ciphertext);
    for (const [member, own] of partials) {
      const request = { keyId, epoch: ceremony.epoch, partials: hashesOf(own) };
      await this.submit(officer(member), 'proveShares', request);
    }
    return transientPartials([...partials.values()].flat());
  }

  /** The whole ceremony. */
  async makeKey(options: KeyOptions = {}): Promise<TestKey> {
    const dealing = await this.propose(options);
    const { keyId, seed, committee, dealt } = dealing;
    await this.commitAll(dealing);
    await this.revealAll(dealing);
    const members = await this.confirmAll(dealing);
    const revealed = byShare(dealt).map(
      ({ shareId, contribution }) => [shareId, contribution.bytes] as const,
    );
    const contributions = new Map(revealed);
    const { bytes: publicKey } = await this.engine.combineKey({
      seed,
      contributions: [...contributions.values()],
    });
    const partials = await this.proveAll(keyId, publicKey, members);
    const transient = { ...partials, ...transientContributions(dealing) };
    const [first = ''] = committee.members;
    const onLedger = await this.submit(officer(first), 'finaliseKey', { keyId }, { transient });
    return { keyId, seed, committee, publicKey, contributions, members, onLedger };
  }

  /** New shares for the members that are named, everybody honest. */
  async reshare(key: TestKey, to: Committee, epoch: number): Promise<TestKey> {
    const { keyId, committee: from, publicKey } = key;
    const [first = ''] = from.members;
    const request = { keyId, epoch, members: [...to.members], threshold: to.threshold };
    // One member alone begins new shares for the same members, once a day.
    const asking = isSameCommittee(from, to) && epoch === 1 ? 1 : from.threshold;
    for (const member of from.members.slice(0, asking)) {
      await this.submit(officer(member), 'proposeReshare', request);
    }
    const parts = new Map<string, Awaited<ReturnType<Engine['dealReshare']>>[number]>();
    for (const [member, own] of key.members) {
      const dealt = await this.engine.dealReshare({ key: own, to, epoch });
      for (const part of dealt) parts.set(part.shareId, part);
      const { ceremony } = await this.evaluate(officer(first), 'getKey', { keyId });
      if (ceremony.phase !== 'DEALING') continue;
      const hashes = dealt.map(({ shareId, hash }) => ({ shareId, hash }));
      await this.submit(officer(member), 'dealReshare', { keyId, epoch, hashes });
    }
    const shares: HeldShare[] = [];
    const fingerprints = new Map<string, string>();
    for (const { shareId } of holderSets(to)) {
      const received = [...parts.values()].map((old) => {
        const part = old.parts.find((one) => one.shareId === shareId);
        if (part === undefined) throw new Error(`${old.shareId} has no part for ${shareId}`);
        return { from: old.shareId, package: part.package, fingerprint: part.fingerprint };
      });
      const accept = { keyId, epoch, from, to, shareId, parts: received };
      const accepted = await this.engine.acceptReshare(accept);
      shares.push(accepted.share);
      fingerprints.set(shareId, accepted.fingerprint);
    }
    const members = this.#keysOf(keyId, epoch, to, shares);
    const contributions = new Map<string, Uint8Array>();
    for (const own of members.values()) {
      const derived = await this.engine.resharedContributions({ key: own, seed: key.seed });
      for (const { shareId, bytes } of derived) contributions.set(shareId, bytes);
    }
    await this.#confirm(keyId, epoch, to, fingerprints, contributions);
    const transient = { ...(await this.proveAll(keyId, publicKey, members)), publicKey };
    const finalise = { keyId, epoch };
    const onLedger = await this.submit(officer(to.members[0] ?? ''), 'finaliseReshare', finalise, {
      transient,
    });
    return { ...key, committee: to, contributions, members, onLedger };
  }

  /** What members answer to an opening that shows so many slots, each for the shares that it holds. */
  async partialsOf(
    members: ReadonlyMap<string, MemberKey>,
    ciphertext: Uint8Array,
    slots: number = ALL_SLOTS,
  ): Promise<Map<string, readonly PartialOpening[]>> {
    const partials = new Map<string, readonly PartialOpening[]>();
    for (const [member, key] of members) {
      partials.set(member, await this.engine.partialOpening({ ciphertext, key, slots }));
    }
    return partials;
  }

  /** What endorsers check of members that prove their answers to an opening. */
  async proofsOf(
    { keyId, seed, publicKey, contributions, members }: TestKey,
    { openingId, ciphertext, slots }: ProvenAnswer,
    ...proving: readonly string[]
  ): Promise<Transient> {
    const content: Record<string, Uint8Array> = {};
    for (const [mspId, key] of ofMembers(members, ...proving)) {
      const held = key.shares.map(({ shareId }) => shareId);
      const own = held.map((shareId) => contributions.get(shareId) ?? new Uint8Array());
      const { channel } = this.world;
      const { chaincode } = this;
      const publicKeyHash = sha256Hex(publicKey);
      const { epoch } = key;
      const use = { channel, chaincode, keyId, publicKeyHash, epoch, openingId, mspId };
      const contextHash = openingContextHashOf(use);
      const about = { ciphertext, key, epoch, seed, contributions: own, slots, contextHash };
      content[`proof.${mspId}`] = (await this.engine.openProven(about)).proof.bytes;
      held.forEach((shareId, index) => {
        content[`contribution.${shareId}`] = own[index] as Uint8Array;
      });
    }
    return content;
  }

  async submitPartials(
    openingId: string,
    epoch: number,
    partials: ReadonlyMap<string, readonly PartialOpening[]>,
  ): Promise<void> {
    for (const [member, own] of partials) {
      const request = { openingId, epoch, hashes: hashesOf(own) };
      await this.submit(officer(member), 'submitPartials', request);
    }
  }

  async #confirm(
    keyId: string,
    epoch: number,
    committee: Committee,
    fingerprints: ReadonlyMap<string, string>,
    contributions?: ReadonlyMap<string, Uint8Array>,
  ): Promise<void> {
    for (const member of committee.members) {
      const held = sharesHeldBy(committee, member);
      const own = held.map((shareId) => ({ shareId, hash: fingerprints.get(shareId) ?? '' }));
      const posted = held.map((shareId) => ({
        shareId,
        hash: sha256Hex(contributions?.get(shareId) ?? new Uint8Array()),
      }));
      const request = {
        ...{ keyId, epoch, fingerprints: own },
        ...(contributions && { contributions: posted }),
      };
      await this.submit(officer(member), 'confirmShares', request);
    }
  }

  #keysOf(keyId: string, epoch: number, committee: Committee, shares: readonly HeldShare[]) {
    const profile = this.engine.profile;
    return new Map<string, MemberKey>(
      committee.members.map((member) => {
        const held = sharesHeldBy(committee, member);
        const own = shares.filter(({ shareId }) => held.includes(shareId));
        return [member, { profile, keyId, member, epoch, committee, shares: own }];
      }),
    );
  }
}

export function officer(mspId: string): [organisation: string, user: string] {
  return [mspId.replace(/MSP$/, ''), 'committee'];
}

export function hashesOf(partials: readonly PartialOpening[]): ShareHash[] {
  return partials.map(({ shareId, bytes }) => ({ shareId, hash: sha256Hex(bytes) }));
}

export function transientPartials(partials: readonly PartialOpening[]): Transient {
  return Object.fromEntries(partials.map(({ shareId, bytes }) => [`partial.${shareId}`, bytes]));
}

export function transientContributions({ dealt }: Dealing): Transient {
  return Object.fromEntries(
    byShare(dealt).map(({ shareId, contribution }) => [
      `contribution.${shareId}`,
      contribution.bytes,
    ]),
  );
}

/** The members that are named, and no others. */
export function ofMembers<T>(all: ReadonlyMap<string, T>, ...members: readonly string[]) {
  return new Map([...all].filter(([member]) => members.includes(member)));
}

function byShare(dealt: ReadonlyMap<string, DealtKey>) {
  return inOrderOfShares([...dealt.values()].flatMap((own) => own.dealt));
}
