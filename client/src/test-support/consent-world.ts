import { generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import type { Decision, HealthRecord, Patient, SignedGrant } from '@salus/ehr-contract';
import {
  ACCESS_GRANT,
  accessGrant,
  EHR_STATEMENT_USE,
  jwkThumbprint,
  publicJwk,
  SalusError,
  signStatement,
} from '@salus/chaincode-common';
import type { ConsentLedger } from '../service/consent-check.js';

export const CHANNEL = 'edge-east';
export const DECISION = 'd'.repeat(64);
const TAG = 't'.repeat(43);
const MINUTE = 60_000;

/** A patient with a key. */
export class TestPatient {
  readonly #keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  readonly jwk = publicJwk.parse(this.#keys.publicKey.export({ format: 'jwk' }));
  readonly kid = jwkThumbprint(this.jwk);

  constructor(readonly pseudonym: string) {}

  /** What the ledger holds of the patient. */
  get registered(): Patient {
    return {
      pseudonym: this.pseudonym,
      key: { kid: this.kid, jwk: this.jwk, hpkePublicKey: 'h'.repeat(43), status: 'ACTIVE' },
      registeredBy: 'CityMSP',
      registeredAt: new Date().toISOString(),
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
  decision: Decision;
  grant: SignedGrant | undefined;

  private constructor(requesterId: string, contentHash: string) {
    const at = this.time(0);
    const { pseudonym } = this.patient;
    const subject = { recordId: 'r1', pseudonym, contentHash, custodian: 'CityMSP' };
    this.record = {
      ...subject,
      categoryTag: TAG,
      size: 1,
      detailsHash: '0'.repeat(64),
      store: { mspId: 'CityMSP' },
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
      decidedAt: at,
      expiresAt: this.time(5 * MINUTE),
    };
  }

  static async of(requesterId: string, contentHash: string): Promise<ConsentWorld> {
    const world = new ConsentWorld(requesterId, contentHash);
    await world.give();
    return world;
  }

  /** ISO time so many milliseconds from now. */
  time(offset: number): string {
    return new Date(this.now + offset).toISOString();
  }

  /** The peer now shows this grant, and the decision names it. */
  async give({ body = {}, claims = {}, by = this.patient }: GrantWish = {}): Promise<void> {
    const grantId = randomUUID();
    const iat = Math.floor(this.now / 1000);
    const granted = {
      pseudonym: by.pseudonym,
      grantee: { mspId: 'ValleyMSP', role: 'physician' },
      scope: { categoryTags: [TAG] },
      purposes: ['TREAT'],
      notBefore: this.time(-MINUTE),
      notAfter: this.time(60 * MINUTE),
      ...body,
    };
    const statement = await by.sign({
      ...granted,
      type: ACCESS_GRANT,
      channel: CHANNEL,
      ...EHR_STATEMENT_USE,
      jti: grantId,
      iat,
      exp: iat + 600,
      ...claims,
    });
    const shown = accessGrant.parse(granted);
    this.grant = { ...shown, grantId, grantedAt: this.time(0), statement };
    this.decision = { ...this.decision, grantId };
  }

  get ledger(): ConsentLedger {
    const answer = <T>(value: T | undefined, matches = true): Promise<T> =>
      value !== undefined && matches
        ? Promise.resolve(value)
        : Promise.reject(new SalusError('ERR_NOT_FOUND', 'nothing'));
    return {
      getDecision: (id) => answer(this.decision, id === DECISION),
      getRecord: () => answer(this.record),
      getPatient: () => answer(this.registered),
      getGrant: () => answer(this.grant),
    };
  }
}
