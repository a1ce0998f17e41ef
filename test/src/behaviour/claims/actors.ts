import { randomBytes } from 'node:crypto';
import { freshBound, profileOf, type Engine, type PartialOpening } from '@salus/compute';
import { canonicalJson, sha256Hex } from '@salus/protocol';
import {
  aboutAmounts,
  type Adjudication,
  type Benefit,
  type Claim,
  type ClaimsTransactions,
} from '@salus/protocol/claims';
import type { Opening } from '@salus/protocol/computation';
import type { ContractWorld } from '../../contract-world.js';
import {
  CommitteeActors,
  ENDORSERS,
  ofMembers,
  PROFILE,
  transientPartials,
  type Actor,
  type TestKey,
} from '../computation/committee.js';

/** The people of the claims behaviours, and what they do in the ordinary run of things. */

export const BILLING: Actor = ['CityHospital', 'billing'];
export const ENTITLED = ['InsurerMSP', 'RegulatorMSP'];

export const BENEFITS: Benefit[] = [
  {
    category: 'medical',
    slot: 0,
    deductibleMinor: 100_00,
    coinsuranceBasisPoints: 2_000,
    capMinor: 500_00,
  },
  {
    category: 'dental',
    slot: 1,
    deductibleMinor: 0,
    coinsuranceBasisPoints: 5_000,
    capMinor: 1_000_00,
  },
];

/** Slots that these benefits use: recipients get no others. */
export const SLOTS = 2;

type Name = keyof ClaimsTransactions;
type Request<N extends Name> = ClaimsTransactions[N]['request'];
type Response<N extends Name> = ClaimsTransactions[N]['response'];
type Transient = Readonly<Record<string, Uint8Array>>;

export type Key = TestKey;
/** What each member answers, for each share that it holds. */
export type Partials = ReadonlyMap<string, readonly PartialOpening[]>;

/** What the cases of a suite share. */
export type Setting = () => { readonly key: Key; readonly policyId: string };

export interface SummedClaim {
  readonly claimId: string;
  readonly ciphertexts: readonly Uint8Array[];
  readonly sum: Uint8Array;
}

/** What the sender of ciphertexts remembers of them. */
export interface Made {
  readonly claimId: string;
  readonly publicKey: Uint8Array;
  readonly proofs: readonly Uint8Array[];
}

/** How a claim is submitted, where it is not as its sender made it. */
export interface Submission extends Partial<Made> {
  readonly as?: Actor;
  readonly epoch?: number;
  readonly hashes?: readonly string[];
  readonly serviceDate?: string;
}

export class Actors {
  /** By the hash of a ciphertext. */
  readonly #made = new Map<string, Made>();
  readonly committee: CommitteeActors;

  constructor(
    readonly world: ContractWorld,
    readonly engine: Engine,
  ) {
    this.committee = new CommitteeActors(world, engine, 'claims');
  }

  async submit<N extends Name>(
    as: readonly [organisation: string, user: string],
    transaction: N,
    request: Request<N>,
    options: { transient?: Transient; endorsers?: readonly string[] } = {},
  ): Promise<Response<N>> {
    const client = this.world.client(...as);
    const { result } = await client.submit('claims', transaction, {
      args: [JSON.stringify(request)],
      endorsingOrganizations: [...(options.endorsers ?? ENDORSERS)],
      ...(options.transient && { transient: { ...options.transient } }),
    });
    return JSON.parse(result.toString('utf8')) as Response<N>;
  }

  async evaluate<N extends Name>(
    as: readonly [organisation: string, user: string],
    transaction: N,
    request: Request<N>,
  ): Promise<Response<N>> {
    const client = this.world.client(...as);
    const args = [JSON.stringify(request)];
    const result = await client.evaluate('claims', transaction, { args });
    return JSON.parse(result.toString('utf8')) as Response<N>;
  }

  async createPolicy(): Promise<string> {
    const policyId = this.world.uniqueId('policy');
    await this.submit(['Insurer', 'adjuster'], 'createPolicy', {
      policyId,
      holder: randomBytes(24).toString('base64url'),
      auditor: 'RegulatorMSP',
      currency: 'EUR',
      validFrom: '2026-01-01',
      validTo: '2026-12-31',
      categorySystem: 'http://terminology.hl7.org/CodeSystem/ex-benefitcategory',
      benefits: BENEFITS,
    });
    return policyId;
  }

  /** Amounts of a claim that is still to be submitted, by the provider's billing clerk. */
  async encrypt(key: Key, lines: readonly (readonly number[])[]): Promise<Uint8Array[]> {
    const claimId = this.world.uniqueId('claim');
    const about = aboutAmounts(claimId, { benefits: BENEFITS }, profileOf(PROFILE));
    const { ciphertexts, proofs } = await this.committee.prove(BILLING, key, about, lines);
    const made = { claimId, publicKey: key.publicKey, proofs: proofs.map(({ bytes }) => bytes) };
    for (const { hash } of ciphertexts) this.#made.set(hash, made);
    return ciphertexts.map(({ bytes }) => bytes);
  }

  /** What the sender of a ciphertext remembers of it. */
  made(ciphertext: Uint8Array): Made | undefined {
    return this.#made.get(sha256Hex(ciphertext));
  }

  async submitClaim(
    key: { readonly keyId: string },
    policyId: string,
    ciphertexts: readonly Uint8Array[],
    options: Submission = {},
  ): Promise<Claim> {
    const hashes = options.hashes ?? ciphertexts.map(sha256Hex);
    const made = ciphertexts.map((one) => this.made(one)).find((one) => !!one);
    const { claimId, publicKey, proofs } = { ...made, ...options } as Made;
    const salt = randomBytes(32).toString('hex');
    const service = canonicalJson({ serviceDate: options.serviceDate ?? '2026-03-14', salt });
    const request = {
      claimId,
      policyId,
      keyId: key.keyId,
      epoch: options.epoch ?? 0,
      serviceHash: sha256Hex(service),
      proofHashes: proofs.map(sha256Hex),
      lines: hashes.map((ciphertextHash) => ({
        ciphertextHash,
        evidenceHash: randomBytes(32).toString('hex'),
      })),
    };
    const transient = {
      ...numbered('ciphertext', ciphertexts),
      ...numbered('proof', proofs),
      publicKey,
      service: Buffer.from(service),
    };
    return await this.submit(options.as ?? BILLING, 'submitClaim', request, { transient });
  }

  async sumClaim(claimId: string, ciphertexts: readonly Uint8Array[]): Promise<Uint8Array> {
    const { bytes, hash } = await this.sum(ciphertexts);
    const transient = numbered('ciphertext', ciphertexts);
    const request = { claimId, resultHash: hash };
    await this.submit(BILLING, 'sumClaim', request, { transient });
    return bytes;
  }

  /** What the sum of a claim's lines is. */
  async sum(ciphertexts: readonly Uint8Array[]) {
    const profile = profileOf(PROFILE);
    const bound = freshBound(profile, { least: 0, most: profile.maxValue });
    const inputs = ciphertexts.map((bytes) => ({ bytes, bound }));
    return await this.engine.evaluate({ program: { name: 'sum.v1' }, inputs });
  }

  async summedClaim(
    key: Key,
    policyId: string,
    lines: readonly (readonly number[])[],
  ): Promise<SummedClaim> {
    const ciphertexts = await this.encrypt(key, lines);
    const { claimId } = await this.submitClaim(key, policyId, ciphertexts);
    return { claimId, ciphertexts, sum: await this.sumClaim(claimId, ciphertexts) };
  }

  async requestOpening(claimId: string): Promise<Opening> {
    const request = { claimId, recipients: ENTITLED };
    return await this.submit(['Insurer', 'adjuster'], 'requestOpening', request);
  }

  async partialsOf(key: Key, ciphertext: Uint8Array): Promise<Partials> {
    return await this.committee.partialsOf(key.members, ciphertext, SLOTS);
  }

  async submitPartials(openingId: string, partials: Partials): Promise<void> {
    await this.committee.submitPartials(openingId, 0, partials);
  }

  async adjudicate(
    claimId: string,
    openingId: string,
    result: Uint8Array,
    partials: Partials,
    endorsers: readonly string[] = ENTITLED,
  ): Promise<Claim> {
    const salt = Buffer.from(randomBytes(32).toString('hex'));
    const given = transientPartials([...partials.values()].flat());
    const transient = { result, salt, ...given };
    const request = { claimId, openingId };
    const options = { transient, endorsers };
    return await this.submit(['Insurer', 'adjuster'], 'adjudicate', request, options);
  }

  /** From opening to adjudication, everybody honest, by as many members as confirm each share. */
  async open(key: Key, { claimId, sum }: SummedClaim): Promise<Claim> {
    const { openingId } = await this.requestOpening(claimId);
    const { members, threshold } = key.committee;
    const partials = ofMembers(await this.partialsOf(key, sum), ...members.slice(-(threshold + 1)));
    await this.submitPartials(openingId, partials);
    return await this.adjudicate(claimId, openingId, sum, partials);
  }

  async settle(claimId: string, paymentReferenceHash: string): Promise<Claim> {
    const request = { claimId, paymentReferenceHash };
    const options = { endorsers: ENTITLED };
    return await this.submit(['Insurer', 'adjuster'], 'settle', request, options);
  }

  async adjudicationOf(as: readonly [string, string], claimId: string): Promise<Adjudication> {
    return await this.evaluate(as, 'getAdjudication', { claimId });
  }
}

/** Any hash or salt. */
export const hex = (): string => randomBytes(32).toString('hex');

export function numbered(name: string, all: readonly Uint8Array[]): Record<string, Uint8Array> {
  return Object.fromEntries(all.map((bytes, index) => [`${name}.${index}`, bytes]));
}
