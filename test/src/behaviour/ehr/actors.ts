import { generateKeyPairSync, randomBytes, randomUUID, sign, type KeyObject } from 'node:crypto';
import {
  hashOf,
  publicJwk,
  sha256Hex,
  signStatement,
  type PublicJwk,
} from '@salus/chaincode-common';
import type {
  AccessGrant,
  EhrTransactions,
  RecordAnchor,
  RecordDetails,
  RequestAccessRequest,
} from '@salus/ehr-contract';
import type { CallOptions, ContractWorld } from '../../contract-world.js';

/** The people of the health record behaviours, and what they do in the ordinary run of things. */

export type Person = readonly [organisation: string, user: string];
export const CITY_REGISTRAR: Person = ['CityHospital', 'registrar'];
export const CITY_PHYSICIAN: Person = ['CityHospital', 'physician'];
export const VALLEY_REGISTRAR: Person = ['ValleyHospital', 'registrar'];
export const VALLEY_PHYSICIAN: Person = ['ValleyHospital', 'physician'];
export const ADJUSTER: Person = ['Insurer', 'adjuster'];

/** Any two organisations. */
const ENDORSERS = ['CityHospitalMSP', 'ValleyHospitalMSP'];

type Name = keyof EhrTransactions;
type Request<N extends Name> = EhrTransactions[N]['request'];
type Response<N extends Name> = EhrTransactions[N]['response'];

/** A patient's wallet: the only holder of the key. */
export interface Wallet {
  readonly pseudonym: string;
  readonly jwk: PublicJwk;
  readonly key: KeyObject;
}

/** What a test changes in a statement. */
export interface Tampering {
  readonly channel?: string;
  readonly contract?: string;
  readonly audience?: string;
  readonly jti?: string;
  readonly iat?: number;
  readonly exp?: number;
  /** Signs in the wallet's stead. */
  readonly key?: KeyObject;
}

export class Actors {
  constructor(readonly world: ContractWorld) {}

  async submit<N extends Name>(as: Person, transaction: N, request: Request<N>) {
    const { response } = await this.transact(as, transaction, request);
    return response;
  }

  /** As submit, with the ID of the transaction. */
  async transact<N extends Name>(
    as: Person,
    transaction: N,
    request: Request<N>,
    options: Pick<CallOptions, 'transient' | 'endorsingOrganizations'> = {},
  ): Promise<{ readonly response: Response<N>; readonly transactionId: string }> {
    const { result, transactionId } = await this.world.client(...as).submit('ehr', transaction, {
      args: [JSON.stringify(request)],
      endorsingOrganizations: ENDORSERS,
      ...options,
    });
    return { response: JSON.parse(result.toString('utf8')) as Response<N>, transactionId };
  }

  async evaluate<N extends Name>(
    as: Person,
    transaction: N,
    request: Request<N>,
    organisation?: string,
  ): Promise<Response<N>> {
    const result = await this.world.client(...as).evaluate('ehr', transaction, {
      args: [JSON.stringify(request)],
      ...(organisation !== undefined && { endorsingOrganizations: [organisation] }),
    });
    return JSON.parse(result.toString('utf8')) as Response<N>;
  }

  newWallet(pseudonym = randomBytes(32).toString('base64url')): Wallet {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const { kty, crv, x, y } = publicKey.export({ format: 'jwk' });
    return { pseudonym, jwk: publicJwk.parse({ kty, crv, x, y }), key: privateKey };
  }

  statement(wallet: Wallet, type: string, body: object, tampering: Tampering = {}) {
    const { key = wallet.key, ...claims } = tampering;
    const now = Math.floor(Date.now() / 1000);
    const payload = {
      type,
      channel: this.world.channel,
      contract: 'ehr',
      audience: 'ehr',
      jti: randomUUID(),
      iat: now,
      exp: now + 600,
      pseudonym: wallet.pseudonym,
      ...body,
      ...claims,
    };
    return signStatement(payload, wallet.jwk, (data) =>
      sign('sha256', data, { key, dsaEncoding: 'ieee-p1363' }),
    );
  }

  registration(wallet: Wallet, tampering: Tampering = {}): Promise<string> {
    const hpkePublicKey = randomBytes(65).toString('base64url');
    const body = { jwk: wallet.jwk, hpkePublicKey };
    return this.statement(wallet, 'PatientRegistration.v1', body, tampering);
  }

  async registerPatient(wallet = this.newWallet()): Promise<Wallet> {
    const registration = await this.registration(wallet);
    await this.submit(CITY_REGISTRAR, 'registerPatient', { registration });
    return wallet;
  }

  record(wallet: Wallet, more: Partial<RecordAnchor> = {}): RecordAnchor {
    return {
      recordId: this.world.uniqueId('record'),
      pseudonym: wallet.pseudonym,
      categoryTag: tag('laboratory'),
      contentHash: sha256Hex(randomUUID()),
      size: 1024,
      detailsHash: sha256Hex(randomUUID()),
      store: { mspId: 'CityHospitalMSP' },
      ...more,
    };
  }

  /** A record that City Hospital keeps. */
  async registerRecord(wallet: Wallet, more: Partial<RecordAnchor> = {}): Promise<RecordAnchor> {
    const record = this.record(wallet, more);
    await this.submit(CITY_REGISTRAR, 'registerRecords', { records: [record] });
    return record;
  }

  /** A record with details that are not deposited yet. */
  async registerDetailedRecord(wallet: Wallet) {
    const details: RecordDetails = {
      recordId: this.world.uniqueId('record'),
      category: 'laboratory',
      label: 'N',
      salt: randomBytes(16).toString('base64url'),
      sealedKeys: [
        { recipient: 'CityHospitalMSP', kind: 'custodian', enc: 'ZW5j', ciphertext: 'Y2lwaGVy' },
      ],
    };
    const { recordId } = details;
    const record = await this.registerRecord(wallet, { recordId, detailsHash: hashOf(details) });
    return { record, details };
  }

  /** Endorsed by the depositor's own organisation alone: no other hospital has to be up. */
  deposit(as: Person, details: readonly RecordDetails[]) {
    return this.transact(
      as,
      'depositDetails',
      {},
      {
        transient: { details: JSON.stringify(details) },
        endorsingOrganizations: [`${as[0]}MSP`],
      },
    );
  }

  /** Laboratory records to Valley Hospital for treatment, for an hour, unless it says otherwise. */
  grant(wallet: Wallet, more: Partial<AccessGrant> = {}, tampering: Tampering = {}) {
    const body = {
      grantee: { mspId: 'ValleyHospitalMSP' },
      scope: { categoryTags: [tag('laboratory')] },
      purposes: ['TREAT'],
      notBefore: isoIn(-3600),
      notAfter: isoIn(3600),
      ...more,
    };
    return this.statement(wallet, 'AccessGrant.v1', body, tampering);
  }

  async grantAccess(wallet: Wallet, more: Partial<AccessGrant> = {}) {
    const statement = await this.grant(wallet, more);
    return this.submit(VALLEY_REGISTRAR, 'grantAccess', { statement });
  }

  withdrawal(wallet: Wallet, grant: string, tampering: Tampering = {}) {
    return this.statement(wallet, 'ConsentWithdrawal.v1', { grant }, tampering);
  }

  accessRequest(recordId: string, more: Partial<RequestAccessRequest> = {}): RequestAccessRequest {
    const hpkePublicKey = Buffer.alloc(65, 4).toString('base64url');
    return { recordId, purpose: 'TREAT', hpkePublicKey, ...more };
  }

  /** Valley's physician asks, for treatment, unless it says otherwise. */
  requestAccess(
    recordId: string,
    more: Partial<RequestAccessRequest> = {},
    as: Person = VALLEY_PHYSICIAN,
  ) {
    return this.submit(as, 'requestAccess', this.accessRequest(recordId, more));
  }
}

/** Stands for HMAC-SHA-256 of a category under the patient's secret. */
export function tag(category: string): string {
  return Buffer.from(sha256Hex(category), 'hex').toString('base64url');
}

/** A time so many seconds from now. */
export function isoIn(seconds: number): string {
  return new Date(Date.now() + seconds * 1000).toISOString();
}

/** What a refusal looks like. */
export function refusal(code: string): { readonly code: string } {
  return { code };
}
