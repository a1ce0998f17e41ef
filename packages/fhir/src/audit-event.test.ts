import { purposeOfUse } from '@salus/protocol';
import type { ActorEntry, AuditEntry, Decision } from '@salus/protocol/ehr';
import { expectR4, v3Codes } from '@salus/testing/fhir-r4';
import { auditEventOf, auditEventOfDecision } from './audit-event.js';

const pseudonym = '_p'.repeat(22);
const source = { channel: 'edge-east' };
const at = '2026-11-21T10:00:00.000Z';
const transactionId = 'a'.repeat(64);
const grantId = '6e7e5c8a-2a7b-4d0a-9f6b-0a8f3d1f3b11';
const physician = {
  mspId: 'ValleyHospitalMSP',
  id: 'b'.repeat(64),
  role: 'physician',
  practitioner: 'GP-7',
};
const decided: AuditEntry = {
  transactionId,
  at,
  action: 'ACCESS_DECIDED',
  by: physician,
  recordId: 'record_1',
  purpose: 'TREAT',
  permitted: true,
  reason: 'GRANT',
  grantId,
  obligations: ['NORDSCLCD'],
};

describe('a line of the trail as AuditEvent', () => {
  it('tells who saw what, and why', () => {
    const event = auditEventOf(decided, pseudonym, source);
    expectR4(event);
    expect(event).toMatchObject({
      id: transactionId,
      action: 'R',
      outcome: '0',
      outcomeDesc: 'GRANT',
      purposeOfEvent: [{ coding: [{ code: 'TREAT' }] }],
      agent: [
        {
          who: { type: 'Practitioner', identifier: { value: 'GP-7' } },
          role: [{ coding: [{ code: 'physician' }] }],
          requestor: true,
          altId: physician.id,
        },
        { who: { identifier: { value: 'ValleyHospitalMSP' } }, requestor: false },
      ],
      entity: [
        { what: { identifier: { value: pseudonym } } },
        {
          what: { identifier: { value: 'record_1' } },
          detail: [
            { type: 'decision', valueString: transactionId },
            { type: 'reason', valueString: 'GRANT' },
            { type: 'obligation', valueString: 'NORDSCLCD' },
          ],
        },
        { what: { reference: `Consent/${grantId}` } },
      ],
    });
  });

  it('tells denials and emergencies apart', () => {
    const denied = { ...decided, permitted: false, reason: 'DENIED_BY_PATIENT' } as const;
    expect(auditEventOf(denied, pseudonym, source)).toMatchObject({ outcome: '4' });
    const emergency = { ...decided, reason: 'EMERGENCY', purpose: 'BTG' } as const;
    expect(auditEventOf(emergency, pseudonym, source)).toMatchObject({ type: { code: '110127' } });
  });

  it('names another patient who asks, and the delegate who signed', () => {
    const by = { ...physician, patient: 'q'.repeat(43), delegate: grantId };
    const event = auditEventOf({ ...decided, by }, pseudonym, source);
    expectR4(event);
    expect(event['agent']).toMatchObject([
      { who: { identifier: { value: 'q'.repeat(43) } }, altId: grantId, requestor: true },
      { requestor: false },
      { requestor: false },
    ]);
  });

  it('takes an actor’s lines, which name the patient themselves', () => {
    const entry: ActorEntry = { ...decided, pseudonym };
    expect(auditEventOf(entry, undefined, source)).toEqual(
      auditEventOf(decided, pseudonym, source),
    );
  });

  it('is what the decision itself gives', () => {
    const decision: Decision = {
      decisionId: transactionId,
      permitted: true,
      reason: 'GRANT',
      grantId,
      pseudonym,
      recordId: 'record_1',
      requester: physician,
      purpose: 'TREAT',
      hpkePublicKey: 'x'.repeat(43),
      obligations: ['NORDSCLCD'],
      policy: 'salus-consent/3',
      inputs: { grants: [] },
      decidedAt: at,
      expiresAt: at,
    };
    expect(auditEventOfDecision(decision, source)).toEqual(
      auditEventOf(decided, pseudonym, source),
    );
  });

  it.each<Partial<AuditEntry>>([
    { action: 'PATIENT_REGISTERED' },
    { action: 'KEY_ENDED', kid: 'k'.repeat(43) },
    { action: 'GRANTED', grantId },
    { action: 'SHARED_ONWARD', grantId, shareId: transactionId },
    { action: 'REFERRED', referralId: 'ref-1', records: ['r1', 'r_2'] },
    { action: 'EMERGENCY_REVIEWED', decisionId: transactionId },
    { action: 'DELEGATED', delegateId: grantId },
    { action: 'RECORDS_ERASED', records: ['r1'] },
  ])('is R4 for %j', (more) => {
    const { mspId, id } = physician;
    const entry = { transactionId, at, by: { mspId, id }, ...more } as AuditEntry;
    expectR4(auditEventOf(entry, pseudonym, source));
  });

  it('has purposes that HL7 defines', () => {
    const codes = v3Codes('ActReason');
    for (const purpose of purposeOfUse.options) expect(codes).toContain(purpose);
  });
});
