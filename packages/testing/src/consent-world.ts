import { generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { refOf } from '@salus/client/ehr';
import type { ConsentLedger } from '@salus/client/trust';
import {
  type RecordVersions,
  ACCESS_GRANT,
  accessGrant,
  EHR_STATEMENT_USE,
  hashOf,
  jwkThumbprint,
  publicJwk,
  SalusError,
  signStatement,
} from '@salus/protocol';
import type {
  Decision,
  DecisionRef,
  HealthRecord,
  KeptStatement,
  OnwardShare,
  Patient,
  PatientKey,
  SignedGrant,
} from '@salus/protocol/ehr';

export const CHANNEL = 'edge-east';
export const DECISION = 'd'.repeat(64);
export const TAG = 't'.repeat(43);
const MINUTE = 60_000;

/** A patient with a key. */
export class TestPatient {
  readonly #keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  readonly jwk = publicJwk.parse(this.#keys.publicKey.export({ format: 'jwk' }));
  readonly kid = jwkThumbprint(this.jwk);

  constructor(readonly pseudonym: string) {}

  /** The key as the ledger holds it. */
  get key(): PatientKey {
    const addedAt = new Date(0).toISOString();
    return {
      kid: this.kid,
      jwk: this.jwk,
      hpkePublicKey: 'h'.repeat(43),
      status: 'ACTIVE',
      purposes: ['consent', 'access', 'keys'],
      notBefore: addedAt,
      addedAt,
    };
  }

  /** What the ledger holds of the patient. */
  get registered(): Patient {
    return {
      pseudonym: this.pseudonym,
      registeredBy: 'CityMSP',
      registeredAt: new Date(0).toISOString(),
      status: 'ACTIVE',
      keys: [this.key],
      delegates: [],
      categoryKeys: {},
    };
  }

  sign(payload: Parameters<typeof signStatement>[0]): Promise<string> {
    return signStatement(payload, this.jwk, (data) =>
      sign('sha256', data, { key: this.#keys.privateKey, dsaEncoding: 'ieee-p1363' }),
    );
  }
}

/** The members of a grant that a test may choose. */
export interface GrantWish {
  readonly body?: Readonly<Record<string, unknown>>;
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly by?: TestPatient;
}

/**
 * What a service's own peer says: a record of City hospital, a patient, and a decision that permits
 * Valley's physician to read it. Tests make it lie.
 */
export class ConsentWorld {
  readonly now = Date.now();
  readonly patient = new TestPatient('p'.repeat(43));
  registered: Patient = this.patient.registered;
  record: HealthRecord;
  /** The versions before and after the record. */
  versions: RecordVersions = { earlier: [], later: [] };
  decision: Decision;
  grant: SignedGrant | undefined;
  /** What the peer lists beside the grant: deny rules, onward shares. */
  /** MSP IDs that the registry has as hospitals. */
  hospitals: string[] = ['CityMSP', 'ValleyMSP'];
  others: (SignedGrant | OnwardShare)[] = [];
  /** By `jti`. */
  readonly statements = new Map<string, KeptStatement>();

  private constructor(requesterId: string, contentHash: string) {
    const at = this.time(0);
    const { pseudonym } = this.patient;
    const subject = { recordId: 'r1', pseudonym, contentHash, custodian: 'CityMSP' };
    this.record = {
      ...subject,
      categoryTag: TAG,
      labelTags: [],
      categoryEpoch: 0,
      version: 1,
      size: 1,
      detailsHash: '0'.repeat(64),
      layout: { k: 1, n: 1, blockSize: 1, parts: [{ root: '1'.repeat(64), store: 'CityMSP' }] },
      registeredAt: at,
    };
    this.decision = {
      ...subject,
      decisionId: DECISION,
      permitted: true,
      reason: 'GRANT',
      requester: { mspId: 'ValleyMSP', id: requesterId, role: 'physician' },
      purpose: 'TREAT',
      hpkePublicKey: 'x',
      obligations: [],
      policy: 'salus-consent/3',
      inputs: { grants: [] },
      decidedAt: at,
      expiresAt: this.time(5 * MINUTE),
    };
  }

  static async of(requesterId: string, contentHash: string): Promise<ConsentWorld> {
    const world = new ConsentWorld(requesterId, contentHash);
    await world.give();
    return world;
  }

  /** Where the decision is on the ledger. */
  get ref(): DecisionRef {
    return refOf(this.decision);
  }

  /** ISO time so many milliseconds from now. */
  time(offset: number): string {
    return new Date(this.now + offset).toISOString();
  }

  /** The peer now shows this grant, and the decision names it. */
  async give(wish: GrantWish = {}): Promise<void> {
    this.grant = await this.signed(wish);
    this.decision = { ...this.decision, grantId: this.grant.grantId };
  }

  /** A grant or deny rule that is signed. */
  async signed({
    body = {},
    claims = {},
    by = this.patient,
  }: GrantWish = {}): Promise<SignedGrant> {
    const granted = {
      pseudonym: by.pseudonym,
      decision: 'permit',
      grantee: { mspId: 'ValleyMSP', role: 'physician' },
      scope: { categoryTags: [TAG] },
      purposes: ['TREAT'],
      notBefore: this.time(-MINUTE),
      notAfter: this.time(60 * MINUTE),
      ...body,
    };
    const grantId = randomUUID();
    const statement = await this.statement(ACCESS_GRANT, granted, {
      by,
      claims: { jti: grantId, ...claims },
    });
    const shown = accessGrant.parse(granted);
    return { ...shown, grantId, grantedAt: this.time(0), statement, kid: by.kid };
  }

  /** A statement of any type, which the ledger keeps when it is told to. */
  async statement(
    type: string,
    body: Readonly<Record<string, unknown>>,
    options: { by?: TestPatient; claims?: Readonly<Record<string, unknown>>; kept?: string } = {},
  ): Promise<string> {
    const { by = this.patient, claims = {}, kept } = options;
    const iat = Math.floor(this.now / 1000);
    const use = { channel: CHANNEL, ...EHR_STATEMENT_USE, iat, exp: iat + 600 };
    const jti = kept ?? randomUUID();
    const statement = await by.sign({ ...body, type, ...use, jti, ...claims });
    if (kept !== undefined) this.statements.set(kept, { type, statement });
    return statement;
  }

  get ledger(): ConsentLedger {
    const answer = <T>(value: T | undefined, matches = true): Promise<T> =>
      value !== undefined && matches
        ? Promise.resolve(value)
        : Promise.reject(new SalusError('ERR_NOT_FOUND', 'nothing'));
    return {
      getDecision: (ref) => answer(this.decision, hashOf(ref) === hashOf(this.ref)),
      getRecord: () => answer(this.record),
      recordVersions: () => answer(this.versions),
      getPatient: () => answer(this.registered),
      getStatement: ({ jti }) => answer(this.statements.get(jti)),
      hospitals: () => Promise.resolve(this.hospitals),
      grants: () => Promise.resolve([...(this.grant ? [this.grant] : []), ...this.others]),
    };
  }
}
