import type { ActorEntry, AuditEntry, Decision, Requester } from '@salus/protocol/ehr';
import {
  organisationReference,
  patientReference,
  practitionerReference,
  recordReference,
} from './ids.js';
import type { FhirResource } from './resource.js';
import { SALUS, SYSTEM } from './systems.js';

type AuditAction = AuditEntry['action'];

/** Where the trail is kept. */
export interface AuditSource {
  /** Name of the channel. */
  readonly channel: string;
}

interface ActionKind {
  /** DICOM PS3.16, CID 400 (FHIR R4 audit-event-type). */
  readonly type: string;
  /** FHIR R4 audit-event-action: create, read, update, delete, execute. */
  readonly action: 'C' | 'R' | 'U' | 'D' | 'E';
}

const PATIENT_RECORD = '110110';
const SECURITY_ALERT = '110113';
const EMERGENCY_OVERRIDE = '110127';
const SECURITY_ATTRIBUTES = '110137';

const kind = (type: string, action: ActionKind['action']): ActionKind => ({ type, action });

/** What each action of the trail is to FHIR. */
const KINDS: Readonly<Record<AuditAction, ActionKind>> = {
  PATIENT_REGISTERED: kind(PATIENT_RECORD, 'C'),
  KEY_ADDED: kind(SECURITY_ATTRIBUTES, 'C'),
  KEY_ENDED: kind(SECURITY_ATTRIBUTES, 'D'),
  GUARDIANS_SET: kind(SECURITY_ATTRIBUTES, 'U'),
  RECOVERY_REQUESTED: kind(SECURITY_ATTRIBUTES, 'U'),
  RECOVERY_VETOED: kind(SECURITY_ATTRIBUTES, 'U'),
  RECOVERED: kind(SECURITY_ATTRIBUTES, 'U'),
  DELEGATED: kind(SECURITY_ATTRIBUTES, 'C'),
  DELEGATION_ENDED: kind(SECURITY_ATTRIBUTES, 'D'),
  STATUS_PROPOSED: kind(PATIENT_RECORD, 'U'),
  STATUS_CONFIRMED: kind(PATIENT_RECORD, 'U'),
  CATEGORY_KEYS_SET: kind(SECURITY_ATTRIBUTES, 'U'),
  CATEGORY_KEYS_DEPOSITED: kind(SECURITY_ATTRIBUTES, 'C'),
  GRANTED: kind(SECURITY_ATTRIBUTES, 'C'),
  DENIED: kind(SECURITY_ATTRIBUTES, 'C'),
  WITHDRAWN: kind(SECURITY_ATTRIBUTES, 'D'),
  SHARED_ONWARD: kind(SECURITY_ATTRIBUTES, 'C'),
  ACCESS_DECIDED: kind(PATIENT_RECORD, 'R'),
  EMERGENCY_ANSWERED: kind(EMERGENCY_OVERRIDE, 'E'),
  EMERGENCY_REVIEWED: kind(SECURITY_ALERT, 'E'),
  EMERGENCY_ESCALATED: kind(SECURITY_ALERT, 'E'),
  REFERRED: kind(PATIENT_RECORD, 'C'),
  REFERRAL_ACCEPTED: kind(PATIENT_RECORD, 'U'),
  REFERRAL_DECLINED: kind(PATIENT_RECORD, 'U'),
  REFERRAL_ANSWERED: kind(PATIENT_RECORD, 'U'),
  RECORDS_ERASED: kind(PATIENT_RECORD, 'D'),
  DETAILS_PURGED: kind(PATIENT_RECORD, 'D'),
};

/**
 * One line of a trail as FHIR R4 AuditEvent. It tells who (organisation, role, practitioner, or a patient),
 * what (record, grant, referral), when, for which purpose, and why it was permitted or denied. Its ID is
 * the ID of the transaction, by which `salus verify receipt` proves it.
 *
 * @param entry - of a patient's trail, or of an actor's, whose lines name the patient themselves
 * @param pseudonym - whose trail it is, where the entry doesn't say
 * @example
 * for await (const entry of client.ehr.audit(pseudonym)) print(auditEventOf(entry, pseudonym, { channel }));
 */
export function auditEventOf(
  entry: ActorEntry,
  pseudonym: undefined,
  source: AuditSource,
): FhirResource;
export function auditEventOf(
  entry: AuditEntry,
  pseudonym: string,
  source: AuditSource,
): FhirResource;
export function auditEventOf(
  entry: AuditEntry | ActorEntry,
  pseudonym: string | undefined,
  { channel }: AuditSource,
): FhirResource {
  const { action, at, transactionId, permitted, purpose, reason } = entry;
  const patient = pseudonym ?? (entry as ActorEntry).pseudonym;
  const isEmergency = reason === 'EMERGENCY';
  const { type, action: verb } = KINDS[action];
  const purposes = purpose && [{ coding: [{ system: SYSTEM.actReason, code: purpose }] }];
  return {
    resourceType: 'AuditEvent',
    id: transactionId,
    meta: { lastUpdated: at },
    type: { system: SYSTEM.dicom, code: isEmergency ? EMERGENCY_OVERRIDE : type },
    subtype: [{ system: SALUS.action, code: action }],
    action: verb,
    recorded: at,
    // A denial is a failure of little weight (FHIR R4 audit-event-outcome: 4).
    outcome: permitted === false ? '4' : '0',
    ...(reason !== undefined && { outcomeDesc: reason }),
    ...(purposes && { purposeOfEvent: purposes }),
    agent: agentsOf(entry.by, purposes),
    source: {
      site: channel,
      observer: { display: 'Salus ledger' },
      type: [{ system: SYSTEM.securitySourceType, code: '6' }],
    },
    entity: entitiesOf(entry, patient),
  };
}

/**
 * A decision as AuditEvent, e.g. one that was just made: the same that its line in the trail gives.
 */
export function auditEventOfDecision(decision: Decision, source: AuditSource): FhirResource {
  const { decisionId, decidedAt, requester, pseudonym } = decision;
  const { permitted, reason, grantId, shareId, recordId, purpose, obligations } = decision;
  const entry: AuditEntry = {
    transactionId: decisionId,
    at: decidedAt,
    action: 'ACCESS_DECIDED',
    by: requester,
    permitted,
    reason,
    recordId,
    purpose,
    ...(obligations.length > 0 && { obligations }),
    ...(grantId !== undefined && { grantId }),
    ...(shareId !== undefined && { shareId }),
  };
  return auditEventOf(entry, pseudonym, source);
}

function agentsOf(by: Requester, purposes: unknown): object[] {
  const { mspId, id, role, practitioner, patient, delegate } = by;
  const who =
    practitioner === undefined
      ? { identifier: { system: SALUS.certificate, value: id } }
      : practitionerReference(practitioner);
  const member = {
    who,
    // SHA-256 of the certificate's subject and issuer: the same for all that it did.
    altId: id,
    ...(role !== undefined && { role: [{ coding: [{ system: SALUS.role, code: role }] }] }),
    requestor: patient === undefined,
    ...(purposes !== undefined && { purposeOfUse: purposes }),
  };
  const organisation = { who: organisationReference(mspId), requestor: false };
  const asking = patient !== undefined && {
    who: patientReference(patient),
    ...(delegate !== undefined && { altId: delegate }),
    requestor: true,
  };
  return [...(asking ? [asking] : []), member, organisation];
}

/** Codes of object-role and audit-entity-type. */
const entityKind = (type: string, role: string) => ({
  type: { system: SYSTEM.auditEntityType, code: type },
  role: { system: SYSTEM.objectRole, code: role },
});
const PERSON_PATIENT = entityKind('1', '1');
const OBJECT_DOMAIN_RESOURCE = entityKind('2', '4');
const OBJECT_SECURITY_RESOURCE = entityKind('2', '13');

function entitiesOf(entry: AuditEntry, patient: string): object[] {
  const { recordId, records = [], transactionId, obligations = [] } = entry;
  const isDecision = entry.action === 'ACCESS_DECIDED';
  const detail = [
    ...(isDecision ? [{ type: 'decision', valueString: transactionId }] : []),
    ...(entry.reason === undefined ? [] : [{ type: 'reason', valueString: entry.reason }]),
    ...obligations.map((code) => ({ type: 'obligation', valueString: code })),
  ];
  const read =
    recordId === undefined
      ? []
      : [
          {
            what: recordReference(recordId),
            ...OBJECT_DOMAIN_RESOURCE,
            ...(detail.length > 0 && { detail }),
          },
        ];
  const named = (system: string, value: string | undefined, type: string) =>
    value === undefined
      ? []
      : [{ what: { type, identifier: { system, value } }, ...OBJECT_SECURITY_RESOURCE }];
  return [
    { what: patientReference(patient), ...PERSON_PATIENT },
    ...read,
    ...records.map((one) => ({ what: recordReference(one), ...OBJECT_DOMAIN_RESOURCE })),
    ...grantOf(entry.grantId),
    ...named(SALUS.shareId, entry.shareId, 'Consent'),
    ...named(SALUS.referralId, entry.referralId, 'ServiceRequest'),
    ...named(SALUS.decisionId, entry.decisionId, 'AuditEvent'),
    ...named(SALUS.delegateId, entry.delegateId, 'RelatedPerson'),
    ...(entry.kid === undefined
      ? []
      : [
          {
            name: entry.kid,
            ...OBJECT_SECURITY_RESOURCE,
            detail: [{ type: 'key', valueString: entry.kid }],
          },
        ]),
  ];
}

function grantOf(grantId: string | undefined): object[] {
  if (grantId === undefined) return [];
  const what = {
    reference: `Consent/${grantId}`,
    type: 'Consent',
    identifier: { system: SALUS.grantId, value: grantId },
  };
  return [{ what, ...OBJECT_SECURITY_RESOURCE }];
}
