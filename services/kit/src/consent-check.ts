/**
 * What stores and key services ask before they serve: not whether their own peer says "permitted",
 * but whether the patient signed it. A decision is a claim; the statement is the proof.
 */
import {
  checkDecision,
  type ConsentLedger,
  ProvenKeys,
  demand,
  found,
  unproven,
} from '@salus/client/trust';
import { CLOCK_SKEW_SECONDS } from '@salus/crypto/statement';
import type { VerifiedMember } from '@salus/proofs';
import {
  ACCESS_GRANT,
  ACCESS_REQUEST,
  accessGrant,
  accessRequestStatement,
  decideConsent,
  deniesRequest,
  hashOf,
  type AskingParty,
  type ConsentState,
  type NamedGrant,
  type RecordVersions,
} from '@salus/protocol';
import {
  EMERGENCY_ROLES,
  standing,
  type Decision,
  type DecisionRef,
  type HealthRecord,
  type OnwardShare,
  type Patient,
  type SignedGrant,
} from '@salus/protocol/ehr';
import type { PinKind, Pins } from './pins.js';

/** Who asks, by which decision, for which content if for one, at the service's own time. */
export interface AccessAsked {
  readonly decision: DecisionRef;
  readonly asker: VerifiedMember;
  readonly contentHash?: string;
  readonly now: number;
}

/** Access that may be given. */
export interface ProvenAccess {
  readonly decision: Decision;
  readonly record: HealthRecord;
  readonly patient: Patient;
  /** Thumbprint of the key that the patient was registered with. */
  readonly kid: string;
}

/** All that a judgement is made on. */
interface Matter {
  readonly asked: AccessAsked;
  readonly decision: Decision;
  readonly record: HealthRecord;
  readonly versions: RecordVersions | undefined;
  readonly patient: Patient;
  readonly keys: ProvenKeys;
  readonly grants: readonly (SignedGrant | OnwardShare)[];
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
   * Proves a permission. The decision is the asker's and for this content. The contract's own rule permits
   * it now by what the patient signed, and no deny of the patient stands against it. For an emergency
   * nobody signed: there the decision counts, and that the patient does not deny it.
   *
   * @throws SalusError `ERR_NO_DECISION`; `ERR_CONSENT_UNPROVEN` where the decision doesn't follow from
   *   what the patient signed; the ledger's `ERR_NOT_FOUND` for an unknown decision
   */
  async prove(asked: AccessAsked): Promise<ProvenAccess> {
    const decision = await this.#ledger.getDecision(asked.decision);
    checkDecision(decision, asked);
    // The submitter dates a transaction: dated ahead, a decision would be good for longer than it may.
    demand(!isToCome(decision.decidedAt, asked.now), 'the decision is dated in the future');
    const { pseudonym } = decision;
    const [record, patient, grants] = await Promise.all([
      this.#record(decision),
      found(this.#ledger.getPatient(pseudonym), 'patient'),
      this.#ledger.grants(pseudonym),
    ]);
    demand(patient.pseudonym === pseudonym, 'the patient is another');
    const keys = new ProvenKeys(patient, this.#ledger, this.#channel);
    const versions = await this.#versions(record);
    await this.#judge({ asked, decision, record, versions, patient, keys, grants });
    const { kid } = keys.registered;
    await this.#recall('patient', pseudonym, kid);
    await this.#recall('record', `${pseudonym}/${record.recordId}`, anchorOf(record));
    return { decision, record, patient, kid };
  }

  async #recall(kind: PinKind, id: string, value: string): Promise<void> {
    demand(await this.#pins.matches(kind, id, value), `the ${kind} was known otherwise`);
  }

  /** A record that was never amended has one version. */
  async #versions(record: HealthRecord): Promise<RecordVersions | undefined> {
    const { pseudonym, recordId, amends, amendedBy } = record;
    if (amends === undefined && amendedBy === undefined) return undefined;
    return found(this.#ledger.recordVersions({ pseudonym, recordId }), 'record');
  }

  async #record(decision: Decision): Promise<HealthRecord> {
    const { pseudonym, recordId } = decision;
    const record = await found(this.#ledger.getRecord({ pseudonym, recordId }), 'record');
    for (const name of ['recordId', 'pseudonym', 'contentHash', 'custodian'] as const) {
      demand(record[name] === decision[name], `the record has another ${name}`);
    }
    return record;
  }

  /** The asker's role comes from the certificate, not from the decision. */
  async #judge(matter: Matter): Promise<void> {
    const { asked, decision, versions } = matter;
    const record = { ...matter.record, ...(versions && { versions }) };
    demand(record.erasedAt === undefined, 'the record was erased');
    const asking = await this.#askingParty(matter);
    const at = new Date(asked.now).toISOString();
    const question = { record, requester: asking, purpose: decision.purpose, at };
    const state = await this.#consentState(matter);
    if (decision.reason === 'EMERGENCY') {
      const { mspId, role } = asked.asker;
      demand(decision.purpose === 'BTG', 'an emergency for another purpose');
      const hospitals = await this.#ledger.hospitals();
      demand(hospitals.includes(mspId), 'an emergency of who is no hospital');
      demand(role !== undefined && EMERGENCY_ROLES.includes(role), 'no role for emergencies');
      const denied = state.grants.some((grant) => deniesRequest(question, grant));
      demand(!denied, 'the patient denies emergency access');
      return;
    }
    const ruling = decideConsent(question, state);
    const why = ruling.kind === 'DENIED' ? ruling.reason : ruling.kind;
    const expected = decision.reason === 'GRANT' ? 'GRANTED' : decision.reason;
    demand(ruling.kind === expected, `the patient's consent says ${why}`);
    if (ruling.kind !== 'GRANTED') return;
    const { grantId, shareId } = decision;
    const isUsed = ruling.uses.some((use) => use.grantId === grantId && use.shareId === shareId);
    demand(isUsed, 'what it names does not permit it');
  }

  /** Staff, or the patient who asked through them and signed so. */
  async #askingParty({ asked, decision, record, patient, keys }: Matter): Promise<AskingParty> {
    const { mspId, role, practitioner } = asked.asker;
    const { patient: subject, statement } = decision.requester;
    if (subject === undefined) {
      return {
        mspId,
        ...(role !== undefined && { role }),
        ...(practitioner !== undefined && { practitioner }),
      };
    }
    const isOwn = subject === patient.pseudonym;
    const asking = isOwn ? keys : await this.#keysOf(subject);
    if (statement === undefined) throw unproven('the patient who asks signed nothing');
    const request = { pseudonym: subject, jti: statement };
    const { statement: jws } = await found(this.#ledger.getStatement(request), 'request');
    const form = { type: ACCESS_REQUEST, body: accessRequestStatement };
    const { delegate } = decision.requester;
    const categoryTags = [record.categoryTag];
    const at = decision.decidedAt;
    const deed = { action: 'access', categoryTags, at, delegateId: delegate } as const;
    const signed = await asking.verify(jws, form, deed);
    demand(
      signed.jti === statement &&
        signed.subject === decision.pseudonym &&
        signed.recordId === decision.recordId &&
        signed.purpose === decision.purpose &&
        signed.hpkePublicKey === decision.hpkePublicKey,
      'the patient asked for something else',
    );
    if (!isOwn) await this.#recall('patient', subject, asking.registered.kid);
    // Who signed tells whether a delegate asks, not the decision: denies bind delegates.
    const signer = asking.isOwn(signed.kid) ? {} : { delegate: delegate ?? signed.kid };
    return { mspId, patient: subject, ...signer };
  }

  async #keysOf(pseudonym: string): Promise<ProvenKeys> {
    const patient = await found(this.#ledger.getPatient(pseudonym), 'patient');
    demand(patient.pseudonym === pseudonym, 'the patient is another');
    const keys = new ProvenKeys(patient, this.#ledger, this.#channel);
    return keys;
  }

  /**
   * What the patient denies, as the peer shows it: it can only close. Of what permits, the one grant that
   * the decision names, as the patient signed it. The peer's word counts for when it came, and whether it
   * was withdrawn.
   */
  async #consentState(matter: Matter): Promise<ConsentState> {
    const { decision, patient, grants, asked } = matter;
    const named: NamedGrant[] = [];
    const shares: OnwardShare[] = [];
    for (const one of grants) {
      if ('shareId' in one) {
        if (one.shareId === decision.shareId) shares.push(one);
      } else if (one.decision === 'deny') {
        named.push(standing(patient, one));
      } else if (one.grantId === decision.grantId) {
        named.push(standing(patient, { ...one, ...(await this.#signed(one, matter)) }));
      }
    }
    const future = shares.some(({ sharedAt }) => isToCome(sharedAt, asked.now));
    demand(!future, 'the share is dated in the future');
    return { grants: named, shares };
  }

  /** A permit as the patient signed it. */
  async #signed(grant: SignedGrant, { asked, record, keys }: Matter) {
    demand(!isToCome(grant.grantedAt, asked.now), 'the grant is dated in the future');
    const form = { type: ACCESS_GRANT, body: accessGrant };
    const { categoryTags } = grant.scope;
    const { grantedAt: at, delegateId } = grant;
    const deed = { action: 'grant', categoryTags, at, delegateId } as const;
    const signed = await keys.verify(grant.statement, form, deed);
    demand(signed.jti === grant.grantId, 'the statement is another grant');
    demand(signed.pseudonym === record.pseudonym, 'the grant is of another patient');
    const { pseudonym, decision, grantee, scope, purposes, notBefore, notAfter, onward } = signed;
    return {
      pseudonym,
      decision,
      grantee,
      scope,
      purposes,
      notBefore,
      notAfter,
      onward,
      kid: signed.kid,
    };
  }
}

/** Later than the service's clock, by more than clocks may differ. */
function isToCome(time: string, now: number): boolean {
  return Date.parse(time) > now + CLOCK_SKEW_SECONDS * 1000;
}

/** All of a record that permission, and what is served by it, depend on. */
function anchorOf(record: HealthRecord): string {
  const { recordId, pseudonym, categoryTag, labelTags, custodian } = record;
  const { contentHash, size, layout } = record;
  const asked = { recordId, pseudonym, categoryTag, labelTags, custodian };
  return hashOf({ ...asked, contentHash, size, layout });
}
