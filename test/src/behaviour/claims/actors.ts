import { randomBytes } from 'node:crypto';
import { canonicalJson, sha256Hex } from '@salus/chaincode-common';
import type {
  Adjudication,
  Benefit,
  Claim,
  ClaimsTransactions,
  CollectiveKey,
  Opening,
} from '@salus/claims-contract';
import type { Engine, NewShare } from '@salus/compute';
import type { ContractWorld } from '../../contract-world.js';

/** The people of the claims behaviours, and what they do in the ordinary run of things. */

export const COMMITTEE = ['ValleyHospital', 'Insurer', 'Regulator'] as const;
export const THRESHOLD = COMMITTEE.map((organisation) => `${organisation}MSP`);
export const ENTITLED = ['InsurerMSP', 'RegulatorMSP'];
export const PROFILE = 'bfv-8192-sum-v1';

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

type Name = keyof ClaimsTransactions;
type Request<N extends Name> = ClaimsTransactions[N]['request'];
type Response<N extends Name> = ClaimsTransactions[N]['response'];
type Transient = Readonly<Record<string, Uint8Array>>;

export interface Key {
  readonly keyId: string;
  readonly seed: Uint8Array;
  readonly publicKey: Uint8Array;
  readonly shares: readonly NewShare[];
  readonly onLedger: CollectiveKey;
}

/** What the cases of a suite share. */
export type Setting = () => { readonly key: Key; readonly policyId: string };

export interface SummedClaim {
  readonly claimId: string;
  readonly ciphertexts: readonly Uint8Array[];
  readonly sum: Uint8Array;
}

export class Actors {
  constructor(
    readonly world: ContractWorld,
    readonly engine: Engine,
  ) {}

  async submit<N extends Name>(
    as: readonly [organisation: string, user: string],
    transaction: N,
    request: Request<N>,
    options: { transient?: Transient; endorsers?: readonly string[] } = {},
  ): Promise<Response<N>> {
    const client = this.world.client(...as);
    const { result } = await client.submit('claims', transaction, {
      args: [JSON.stringify(request)],
      endorsingOrganizations: [...(options.endorsers ?? THRESHOLD)],
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

  /** Proposes a key and makes the members' shares; nothing is committed yet. */
  async propose(): Promise<{ keyId: string; seed: Uint8Array; shares: NewShare[] }> {
    const keyId = this.world.uniqueId('key');
    const seed = Uint8Array.from(randomBytes(32));
    await this.submit(['Regulator', 'committee'], 'proposeKey', {
      keyId,
      profile: PROFILE,
      members: THRESHOLD,
      aSeed: Buffer.from(seed).toString('hex'),
    });
    const shares: NewShare[] = [];
    for (const member of THRESHOLD) {
      shares.push(await this.engine.createShare({ keyId, member, seed }));
    }
    return { keyId, seed, shares };
  }

  async commitAll(keyId: string, shares: readonly NewShare[]): Promise<void> {
    for (const [index, { commitment }] of shares.entries()) {
      await this.submit(member(index), 'commitContribution', { keyId, commitment });
    }
  }

  async reveal(keyId: string, index: number, contribution: Uint8Array): Promise<CollectiveKey> {
    const transient = { contribution };
    return await this.submit(member(index), 'revealContribution', { keyId }, { transient });
  }

  /** The whole ceremony. */
  async makeKey(): Promise<Key> {
    const { keyId, seed, shares } = await this.propose();
    await this.commitAll(keyId, shares);
    for (const [index, { contribution }] of shares.entries()) {
      await this.reveal(keyId, index, contribution.bytes);
    }
    const contributions = shares.map((share) => share.contribution.bytes);
    const transient = numbered('contribution', contributions);
    const onLedger = await this.submit(member(0), 'finaliseKey', { keyId }, { transient });
    const { bytes } = await this.engine.combineKey({ seed, contributions });
    return { keyId, seed, shares, onLedger, publicKey: bytes };
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

  async encrypt(key: Key, lines: readonly (readonly number[])[]): Promise<Uint8Array[]> {
    const ciphertexts: Uint8Array[] = [];
    for (const values of lines) {
      const { bytes } = await this.engine.encrypt({ publicKey: key.publicKey, values });
      ciphertexts.push(bytes);
    }
    return ciphertexts;
  }

  async submitClaim(
    key: Pick<Key, 'keyId'>,
    policyId: string,
    ciphertexts: readonly Uint8Array[],
    options: { hashes?: readonly string[]; serviceDate?: string } = {},
  ): Promise<Claim> {
    const hashes = options.hashes ?? ciphertexts.map(sha256Hex);
    const salt = randomBytes(32).toString('hex');
    const service = canonicalJson({ serviceDate: options.serviceDate ?? '2026-03-14', salt });
    const request = {
      claimId: this.world.uniqueId('claim'),
      policyId,
      keyId: key.keyId,
      serviceHash: sha256Hex(service),
      lines: hashes.map((ciphertextHash) => ({
        ciphertextHash,
        evidenceHash: randomBytes(32).toString('hex'),
      })),
    };
    const transient = {
      ...numbered('ciphertext', ciphertexts),
      service: Buffer.from(service),
    };
    return await this.submit(['CityHospital', 'billing'], 'submitClaim', request, { transient });
  }

  async sumClaim(claimId: string, ciphertexts: readonly Uint8Array[]): Promise<Uint8Array> {
    const { bytes, hash } = await this.engine.sum(ciphertexts);
    const transient = numbered('ciphertext', ciphertexts);
    const request = { claimId, resultHash: hash };
    await this.submit(['CityHospital', 'billing'], 'sumClaim', request, { transient });
    return bytes;
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
    const openingId = this.world.uniqueId('opening');
    const request = { claimId, openingId, recipients: ENTITLED };
    return await this.submit(['Insurer', 'adjuster'], 'requestOpening', request);
  }

  async partialsOf(key: Key, ciphertext: Uint8Array): Promise<Uint8Array[]> {
    const partials: Uint8Array[] = [];
    for (const { share } of key.shares) {
      partials.push((await this.engine.partialOpeningOfAll({ ciphertext, share })).bytes);
    }
    return partials;
  }

  async submitPartials(openingId: string, partials: readonly Uint8Array[]): Promise<void> {
    for (const [index, bytes] of partials.entries()) {
      const request = { openingId, partialHash: sha256Hex(bytes) };
      await this.submit(member(index), 'submitPartial', request);
    }
  }

  async adjudicate(
    claimId: string,
    openingId: string,
    result: Uint8Array,
    partials: readonly Uint8Array[],
    endorsers: readonly string[] = ENTITLED,
  ): Promise<Claim> {
    const salt = Buffer.from(randomBytes(32).toString('hex'));
    const transient = { result, salt, ...numbered('partial', partials) };
    const request = { claimId, openingId };
    const options = { transient, endorsers };
    return await this.submit(['Insurer', 'adjuster'], 'adjudicate', request, options);
  }

  /** From opening to adjudication, everybody honest. */
  async open(key: Key, { claimId, sum }: SummedClaim): Promise<Claim> {
    const { openingId } = await this.requestOpening(claimId);
    const partials = await this.partialsOf(key, sum);
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

export function member(index: number): [organisation: string, user: string] {
  return [COMMITTEE[index] ?? '', 'committee'];
}

export function numbered(name: string, all: readonly Uint8Array[]): Record<string, Uint8Array> {
  return Object.fromEntries(all.map((bytes, index) => [`${name}.${index}`, bytes]));
}
