/**
 * What stores and key services ask before they serve: not whether their own peer says "permitted",
 * but whether the patient signed it. A decision is a claim; the statement is the proof.
 */
import type { Decision, HealthRecord, Patient, SignedGrant } from '@salus/ehr-contract';
import {
  ACCESS_GRANT,
  accessGrant,
  CLOCK_SKEW_SECONDS,
  EHR_STATEMENT_USE,
  hashOf,
  judgeGrant,
  SalusError,
  verifyStatement,
} from '@salus/chaincode-common';
import type { SalusClient } from '../salus-client.js';
import { checkDecision } from './access-check.js';
import { eventually } from './eventually.js';
import type { VerifiedMember } from './members.js';
import type { PinKind, Pins } from './pins.js';

/** What is asked of the own organisation's peer. */
export interface ConsentLedger {
  getDecision(decisionId: string): Promise<Decision>;
  getRecord(recordId: string): Promise<HealthRecord>;
  getPatient(pseudonym: string): Promise<Patient>;
  getGrant(pseudonym: string, grantId: string): Promise<SignedGrant>;
}

/** The ledger as the client's own peer tells it, once it has caught up with the asker's. */
export function consentLedger({ ehr }: SalusClient): ConsentLedger {
  return {
    getDecision: (decisionId) => eventually(() => ehr.getDecision(decisionId)),
    // All that a decision rests on is older than the decision.
    getRecord: (recordId) => ehr.getRecord(recordId),
    getPatient: (pseudonym) => ehr.getPatient(pseudonym),
    getGrant: (pseudonym, grantId) => ehr.getGrant(pseudonym, grantId),
  };
}

/** Who asks, by which decision, for which content if for one, at the service's own time. */
export interface AccessAsked {
  readonly decisionId: string;
  readonly asker: VerifiedMember;
  readonly contentHash?: string;
  readonly now: number;
}

/** Access that may be given. */
export interface ProvenAccess {
  readonly decision: Decision;
  readonly record: HealthRecord;
  /** Thumbprint of the patient's key that signed the grant; none where the custodian reads. */
  readonly kid?: string;
}

export class ConsentCheck {
  readonly #ledger: ConsentLedger;
  readonly #channel: string;
  readonly #pins: Pins;

  constructor(ledger: ConsentLedger, channel: string, pins: Pins) {
    this.#ledger = ledger;
    this.#channel = channel;
    this.#pins = pins;
  }

  /**
   * Proves a permission: the decision is the asker's and for this content, and either the asker's
   * organisation keeps the record, or the patient signed a grant that covers it now.
   *
   * @throws SalusError `ERR_NO_DECISION`; `ERR_CONSENT_UNPROVEN` where the decision doesn't follow from
   *   what the patient signed; the ledger's `ERR_NOT_FOUND` for an unknown decision
   */
  async prove(asked: AccessAsked): Promise<ProvenAccess> {
    const decision = await this.#ledger.getDecision(asked.decisionId);
    checkDecision(decision, asked);
    if (decision.reason === 'CUSTODIAN') {
      const record = await this.#record(decision);
      demand(record.custodian === asked.asker.mspId, 'another organisation keeps the record');
      await this.#recall('record', record.recordId, anchorOf(record));
      return { decision, record };
    }
    const { pseudonym, grantId } = decision;
    if (pseudonym === undefined || grantId === undefined) throw unproven('it names no grant');
    const [record, patient, grant] = await Promise.all([
      this.#record(decision),
      found(this.#ledger.getPatient(pseudonym), 'patient'),
      found(this.#ledger.getGrant(pseudonym, grantId), 'grant'),
    ]);
    const kid = this.#verify(grant, { asked, decision, record, patient });
    await this.#recall('patient', pseudonym, kid);
    await this.#recall('record', record.recordId, anchorOf(record));
    return { decision, record, kid };
  }

  async #recall(kind: PinKind, id: string, value: string): Promise<void> {
    demand(await this.#pins.matches(kind, id, value), `the ${kind} was known otherwise`);
  }

  async #record(decision: Decision): Promise<HealthRecord> {
    const record = await found(this.#ledger.getRecord(decision.recordId), 'record');
    for (const name of ['recordId', 'pseudonym', 'contentHash', 'custodian'] as const) {
      demand(record[name] === decision[name], `the record has another ${name}`);
    }
    return record;
  }

  /**
   * Judges what the patient signed; of what the peer says of the grant, only when it came and whether
   * it was withdrawn. The asker's role comes from the certificate, not from the decision.
   */
  #verify(
    grant: SignedGrant,
    about: {
      readonly asked: AccessAsked;
      readonly decision: Decision;
      readonly record: HealthRecord;
      readonly patient: Patient;
    },
  ): string {
    const { asked, decision, record, patient } = about;
    demand(patient.key.status === 'ACTIVE', "the patient's key is revoked");
    const grantedAt = Date.parse(grant.grantedAt);
    demand(grantedAt <= asked.now + CLOCK_SKEW_SECONDS * 1000, 'the grant is of the future');
    const signed = this.#open(grant.statement, patient, grantedAt);
    demand(signed.jti === decision.grantId, 'the statement is another grant');
    demand(signed.pseudonym === record.pseudonym, 'the grant is of another patient');
    const request = {
      record,
      requester: asked.asker,
      purpose: decision.purpose,
      at: new Date(asked.now).toISOString(),
    };
    const { withdrawnAt } = grant;
    const defect = judgeGrant(request, {
      ...signed,
      ...(withdrawnAt !== undefined && { withdrawnAt }),
    });
    demand(defect === undefined, `the grant does not permit it (${defect ?? ''})`);
    return signed.kid;
  }

  #open(jws: string, { key }: Patient, grantedAt: number) {
    try {
      return verifyStatement(jws, accessGrant, {
        ...EHR_STATEMENT_USE,
        type: ACCESS_GRANT,
        channel: this.#channel,
        jwk: key.jwk,
        // A statement's `exp` limits its way to the ledger; how long the grant holds is in its body.
        now: grantedAt,
      });
    } catch (cause) {
      throw unproven("the patient's statement does not verify", cause);
    }
  }
}

/** All of a record that permission depends on. */
function anchorOf({ recordId, pseudonym, categoryTag, contentHash, custodian }: HealthRecord) {
  return hashOf({ recordId, pseudonym, categoryTag, contentHash, custodian });
}

async function found<T>(reading: Promise<T>, what: string): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    if (!(error instanceof SalusError) || error.code !== 'ERR_NOT_FOUND') throw error;
    throw unproven(`its ${what} is not on the ledger`, error);
  }
}

function demand(holds: boolean, otherwise: string): void {
  if (!holds) throw unproven(otherwise);
}

/** The error of a decision that doesn't follow from what the patient signed. */
export function unproven(why: string, cause?: unknown): SalusError {
  return new SalusError(
    'ERR_CONSENT_UNPROVEN',
    `The decision is not borne out by the patient's consent: ${why}`,
    { argument: 'decision', ...(cause !== undefined && { cause }) },
  );
}
