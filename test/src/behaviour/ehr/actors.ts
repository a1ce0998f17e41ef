import { generateKeyPairSync, randomBytes, randomUUID, sign, type KeyObject } from 'node:crypto';
import {
  hashOf,
  publicJwk,
  sha256Hex,
  signStatement,
  type PublicJwk,
  type AccessGrant,
} from '@salus/protocol';
import type {
  ConsentWithdrawal,
  DecisionRef,
  EhrTransactions,
  RecordAnchor,
  RecordDeposit,
  RecordKeys,
  RequestAccessRequest,
} from '@salus/protocol/ehr';
import type { CallOptions, ContractWorld } from '../../contract-world.js';

/** The people of the health record behaviours, and what they do in the ordinary run of things. */

export type Person = readonly [organisation: string, user: string];
export const CITY_REGISTRAR: Person = ['CityHospital', 'registrar'];
export const CITY_PHYSICIAN: Person = ['CityHospital', 'physician'];
export const CITY_KEY_SERVICE: Person = ['CityHospital', 'keyservice'];
export const CITY_STORE: Person = ['CityHospital', 'store'];
export const VALLEY_REGISTRAR: Person = ['ValleyHospital', 'registrar'];
export const VALLEY_PHYSICIAN: Person = ['ValleyHospital', 'physician'];
export const VALLEY_KEY_SERVICE: Person = ['ValleyHospital', 'keyservice'];
export const VALLEY_STORE: Person = ['ValleyHospital', 'store'];
export const VALLEY_BILLING: Person = ['ValleyHospital', 'billing'];
export const ADJUSTER: Person = ['Insurer', 'adjuster'];
export const PHARMACIST: Person = ['Pharma', 'pharmacist'];
export const AUDITOR: Person = ['Regulator', 'auditor'];

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

/** A record by its place on the ledger. */
export type RecordRef = Pick<RecordAnchor, 'pseudonym' | 'recordId'>;

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

  newWallet(
    pseudonym = randomBytes(32).toString('base64url'),
    kind: 'P-256' | 'Ed25519' = 'P-256',
  ) {
    const { publicKey, privateKey } =
      kind === 'P-256'
        ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
        : generateKeyPairSync('ed25519');
    const { kty, crv, x, y } = publicKey.export({ format: 'jwk' });
    const jwk = publicJwk.parse({ kty, crv, x, ...(y !== undefined && { y }) });
    return { pseudonym, jwk, key: privateKey } satisfies Wallet;
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
      key.asymmetricKeyType === 'ed25519'
        ? sign(null, data, key)
        : sign('sha256', data, { key, dsaEncoding: 'ieee-p1363' }),
    );
  }

  /** With keys of some categories; a test without any needs none. */
  registration(
    wallet: Wallet,
    tampering: Tampering = {},
    categories: readonly string[] = [],
  ): Promise<string> {
    const hpkePublicKey = randomBytes(65).toString('base64url');
    const categoryKeys = categories.map((category) => ({
      categoryTag: tag(category),
      publicKey: newPublicKey(),
    }));
    const body = { jwk: wallet.jwk, hpkePublicKey, categoryKeys };
    return this.statement(wallet, 'PatientRegistration.v1', body, tampering);
  }

  async registerPatient(
    wallet: Wallet = this.newWallet(),
    categories: readonly string[] = [],
  ): Promise<Wallet> {
    const registration = await this.registration(wallet, {}, categories);
    await this.submit(CITY_REGISTRAR, 'registerPatient', { registration });
    return wallet;
  }

  record(wallet: Wallet, more: Partial<RecordAnchor> = {}): RecordAnchor {
    return {
      recordId: this.world.uniqueId('record'),
      pseudonym: wallet.pseudonym,
      categoryTag: tag('laboratory'),
      labelTags: [],
      contentHash: sha256Hex(randomUUID()),
      size: 1024,
      layout: {
        k: 1,
        n: 1,
        blockSize: 65_536,
        parts: [{ root: sha256Hex(randomUUID()), store: 'CityHospitalMSP' }],
      },
      detailsHash: sha256Hex(randomUUID()),
      categoryEpoch: 0,
      version: 1,
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
  async registerDetailedRecord(wallet: Wallet, more: Partial<RecordAnchor> = {}) {
    const recordId = this.world.uniqueId('record');
    const { pseudonym } = wallet;
    const deposit: RecordDeposit = {
      details: {
        recordId,
        category: 'laboratory',
        labels: [],
        name: 'Blood count',
        contentType: 'application/fhir+json',
        links: [],
        salt: randomBytes(16).toString('base64url'),
      },
      keys: { pseudonym, recordId, sealedKeys: [sealedKey('CityHospitalMSP')] },
    };
    const record = await this.registerRecord(wallet, {
      recordId,
      detailsHash: hashOf(deposit.details),
      ...more,
    });
    return { record, deposit };
  }

  /** Endorsed by the organisation that gets the copies, alone. */
  shareDetails(as: Person, holder: string, deposits: readonly RecordDeposit[]) {
    const transient = { details: JSON.stringify(deposits) };
    const options = { transient, endorsingOrganizations: [holder] };
    return this.transact(as, 'shareDetails', { holder }, options);
  }

  /** Endorsed by the custodian alone. */
  replaceKeys(as: Person, keys: RecordKeys) {
    const transient = { keys: JSON.stringify([keys]) };
    const options = { transient, endorsingOrganizations: ['CityHospitalMSP'] };
    return this.transact(as, 'replaceKeys', {}, options);
  }

  /** Endorsed by the depositor's own organisation alone: no other hospital has to be up. */
  deposit(as: Person, deposits: readonly RecordDeposit[]) {
    return this.transact(
      as,
      'depositDetails',
      {},
      {
        transient: { details: JSON.stringify(deposits) },
        endorsingOrganizations: [`${as[0]}MSP`],
      },
    );
  }

  /** Laboratory records to Valley Hospital for treatment, for an hour, unless it says otherwise. */
  grant(wallet: Wallet, more: Partial<AccessGrant> = {}, tampering: Tampering = {}) {
    const body = {
      decision: 'permit',
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

  /** Nobody reads anything, for an hour, unless it says otherwise. */
  deny(wallet: Wallet, more: Partial<AccessGrant> = {}, tampering: Tampering = {}) {
    const body = {
      decision: 'deny',
      grantee: {},
      scope: {},
      notBefore: isoIn(-3600),
      notAfter: isoIn(3600),
      ...more,
    };
    return this.statement(wallet, 'AccessGrant.v1', body, tampering);
  }

  async denyAccess(wallet: Wallet, more: Partial<AccessGrant> = {}) {
    const statement = await this.deny(wallet, more);
    return this.submit(VALLEY_REGISTRAR, 'grantAccess', { statement });
  }

  withdrawal(
    wallet: Wallet,
    grant: string,
    tampering: Tampering = {},
    more: Pick<Partial<ConsentWithdrawal>, 'nextKeys'> = {},
  ) {
    return this.statement(wallet, 'ConsentWithdrawal.v1', { grant, ...more }, tampering);
  }

  async withdraw(wallet: Wallet, grant: string) {
    const statement = await this.withdrawal(wallet, grant);
    return this.submit(VALLEY_REGISTRAR, 'withdrawConsent', { statement });
  }

  accessRequest(
    { pseudonym, recordId }: RecordRef,
    more: Partial<RequestAccessRequest> = {},
  ): RequestAccessRequest {
    const hpkePublicKey = Buffer.alloc(65, 4).toString('base64url');
    return { pseudonym, recordId, purpose: 'TREAT', hpkePublicKey, ...more };
  }

  /** A patient's own request for a record, theirs unless it says otherwise. */
  ownRequest(wallet: Wallet, record: RecordRef, body: object = {}, tampering: Tampering = {}) {
    const { pseudonym: subject, ...asked } = this.accessRequest(record, { purpose: 'PATRQT' });
    return this.statement(wallet, 'AccessRequest.v1', { ...asked, subject, ...body }, tampering);
  }

  /** Valley's physician asks, for treatment, unless it says otherwise. */
  requestAccess(
    record: RecordRef,
    more: Partial<RequestAccessRequest> = {},
    as: Person = VALLEY_PHYSICIAN,
  ) {
    return this.submit(as, 'requestAccess', this.accessRequest(record, more));
  }

  /** Asks with a patient's own statement, through whoever it is. */
  async requestAsPatient(wallet: Wallet, record: RecordRef, as: Person = ADJUSTER) {
    const asPatient = await this.ownRequest(wallet, record);
    return this.requestAccess(record, { purpose: 'PATRQT', asPatient }, as);
  }
}

/** Where a decision is on the ledger. */
export function refOf({ pseudonym, decidedAt, decisionId }: DecisionRef): DecisionRef {
  return { pseudonym, decidedAt, decisionId };
}

/** A content key that looks as if it was sealed. */
export function sealedKey(recipient: string) {
  return { recipient, kind: 'custodian', enc: 'ZW5j', ciphertext: 'Y2lwaGVy' } as const;
}

/** What looks like the public half of an X25519 key. */
export function newPublicKey(): string {
  return randomBytes(32).toString('base64url');
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
