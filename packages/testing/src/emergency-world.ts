import type { BreakGlassLedger } from '@salus/client/emergency';
import type { KeyServiceClient } from '@salus/client/records';
import { sealForEmergency, type EmergencySealed } from '@salus/crypto/threshold-kem';
import type { CustodianLedger } from '@salus/custodian-service';
import { hashOf, SalusError } from '@salus/protocol';
import type {
  AnsweredEmergency,
  Decision,
  HealthRecord,
  RecordDetails,
  SignedGrant,
} from '@salus/protocol/ehr';
import { TestPatient } from './consent-world.js';
import { makeTestKey, type TestKey } from './custodians.js';

export const CONTENT_KEY = Buffer.from(Array.from({ length: 32 }, (_, at) => at));
const DECISION = 'd'.repeat(64);

/** A ledger on which one record was sealed to custodians, and somebody breaks the glass. */
export class EmergencyWorld {
  readonly made: TestKey;
  readonly sealed: EmergencySealed;
  readonly now = Date.now();
  readonly patient = new TestPatient('p'.repeat(43));
  record: HealthRecord;
  /** What the patient forbids. */
  denies: SignedGrant[] = [];
  /** What describes the record, as its custodian sends it. */
  details: RecordDetails = {
    recordId: 'r1',
    category: 'laboratory',
    labels: [],
    name: 'Glucose',
    contentType: 'application/fhir+json',
    links: [],
    salt: 's'.repeat(22),
  };
  decision: Decision;
  status: 'ACTIVE' | 'RETIRED' | 'FAILED' = 'ACTIVE';
  readonly answers: { mspId: string; partialHash: string; at: string }[] = [];

  constructor(requester: Decision['requester'], threshold = 3, count = 5) {
    this.made = makeTestKey(threshold, count);
    const binding = {
      pseudonym: this.patient.pseudonym,
      recordId: 'r1',
      contentHash: 'c'.repeat(64),
    };
    this.sealed = sealForEmergency(CONTENT_KEY, this.made.key, binding);
    const { keyId, encHash } = this.sealed;
    const part = { root: 'a'.repeat(64), store: 'CityMSP' };
    this.record = {
      ...binding,
      categoryTag: 't'.repeat(43),
      labelTags: [],
      size: 100,
      layout: { k: 1, n: 1, blockSize: 1024, parts: [part] },
      detailsHash: hashOf(this.details),
      categoryEpoch: 0,
      version: 1,
      emergency: { keyId, encHash },
      custodian: 'CityMSP',
      registeredAt: '2026-05-01T00:00:00.000Z',
    };
    this.decision = {
      ...binding,
      decisionId: DECISION,
      permitted: true,
      reason: 'EMERGENCY',
      custodian: 'CityMSP',
      requester,
      purpose: 'BTG',
      hpkePublicKey: '',
      obligations: [],
      policy: 'salus-consent/3',
      inputs: { grants: [] },
      decidedAt: new Date(this.now - 1000).toISOString(),
      expiresAt: new Date(this.now + 300_000).toISOString(),
    };
  }

  get ref() {
    const { pseudonym, decidedAt, decisionId } = this.decision;
    return { pseudonym, decidedAt, decisionId };
  }

  /** MSP IDs that the registry has as hospitals. */
  hospitals: readonly string[] = ['CityMSP', 'ValleyMSP'];

  /** What the peer of one custodian answers. */
  ledgerOf(mspId: string): CustodianLedger {
    return {
      getDecision: ({ decisionId }) =>
        decisionId === this.decision.decisionId
          ? Promise.resolve(this.decision)
          : Promise.reject(new SalusError('ERR_NOT_FOUND', 'There is no such decision')),
      getRecord: () => Promise.resolve(this.record),
      recordVersions: () => Promise.resolve({ earlier: [], later: [] }),
      getPatient: () => Promise.resolve(this.patient.registered),
      getStatement: () => Promise.reject(new SalusError('ERR_NOT_FOUND', 'nothing')),
      grants: () => Promise.resolve(this.denies),
      hospitals: () => Promise.resolve(this.hospitals),
      getCustodianKey: () => Promise.resolve(this.#key()),
      getEmergency: () => Promise.resolve(this.#emergency()),
      answerEmergency: ({ partialHash }) => {
        const answer = { mspId, partialHash, at: this.decision.decidedAt };
        this.answers.push(answer);
        return Promise.resolve({ value: answer, transactionId: 'e'.repeat(64), blockNumber: 1n });
      },
    };
  }

  /** What the peer of the requester answers. */
  get requesterLedger(): BreakGlassLedger {
    const { getRecord, getCustodianKey, getEmergency } = this.ledgerOf('CityMSP');
    return {
      ...{ getRecord, getCustodianKey, getEmergency },
      readDetails: () => Promise.reject(new SalusError('ERR_FORBIDDEN', 'Another keeps it')),
      breakGlass: ({ hpkePublicKey }) => {
        this.decision = { ...this.decision, hpkePublicKey };
        const { decisionId: transactionId } = this.decision;
        return Promise.resolve({ value: this.decision, transactionId, blockNumber: 1n });
      },
    };
  }

  /** What the key service of the record's custodian answers. */
  get keyService(): Pick<KeyServiceClient, 'emergencyKey'> {
    const { keyId, enc, ciphertext, proof } = this.sealed;
    const sealedKeys = [{ recipient: keyId, kind: 'emergency' as const, enc, ciphertext, proof }];
    const { recordId } = this.record;
    return {
      emergencyKey: () => Promise.resolve({ recordId, details: this.details, sealedKeys }),
    };
  }

  #key() {
    const { key } = this.made;
    return {
      ...key,
      status: this.status,
      proposedBy: 'AMSP',
      proposedAt: '2026-01-01T00:00:00.000Z',
      dealings: {},
      confirmations: {},
    };
  }

  #emergency(): AnsweredEmergency {
    const { requester, custodian = '', recordId } = this.decision;
    return {
      ref: this.ref,
      recordId,
      custodian,
      requester,
      keyId: this.made.key.keyId,
      reasonCode: 'UNCONSCIOUS',
      reasonHash: 'f'.repeat(64),
      reviewDueAt: '2026-06-04T12:00:00.000Z',
      answers: this.answers,
    };
  }
}
