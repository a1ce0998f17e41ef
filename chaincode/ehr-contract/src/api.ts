import {
  categoryTag,
  eachOnce,
  GRANT_DEFECTS,
  identifier,
  mspId,
  pseudonym,
  publicJwk,
  purposeOfUse,
  type AccessGrant,
  type Page,
  type PublicJwk,
  type PurposeOfUse,
} from '@salus/chaincode-common';
import { z } from 'zod';

/**
 * Requests and responses of the ehr contract. Every transaction takes one JSON request and answers
 * one JSON value of the type that {@link EhrTransactions} names.
 */

export const TRANSIENT = {
  /** depositDetails: JSON of {@link RecordDetails}[]. */
  details: 'details',
} as const;

/** Records that one transaction registers or gives details of at most. */
export const MAX_RECORDS = 500;

const hash = z.string().regex(/^[0-9a-f]{64}$/, '64 lower-case hex digits');
const base64url = z.string().regex(/^[A-Za-z0-9_-]+$/, 'base64url');
const hpkePublicKey = base64url.min(43).max(128);
const statement = z.string().min(1).max(16_384);
const grantId = z.uuid();

// Statements that a patient signs

export {
  accessGrant,
  grantee,
  grantScope,
  purposeOfUse,
  type AccessGrant,
  type Grantee,
  type GrantScope,
  type PurposeOfUse,
} from '@salus/chaincode-common';

/** Body of `PatientRegistration.v1`. */
export const patientRegistration = z.strictObject({ pseudonym, jwk: publicJwk, hpkePublicKey });
export type PatientRegistration = z.infer<typeof patientRegistration>;

/** Body of `ConsentWithdrawal.v1`. */
export const consentWithdrawal = z.strictObject({ pseudonym, grant: grantId });
export type ConsentWithdrawal = z.infer<typeof consentWithdrawal>;

// Patients

export const registerPatientRequest = z.strictObject({ registration: statement });
export type RegisterPatientRequest = z.infer<typeof registerPatientRequest>;

export interface Registered {
  readonly pseudonym: string;
  readonly kid: string;
}

export interface Patient {
  readonly pseudonym: string;
  readonly key: {
    readonly kid: string;
    readonly jwk: PublicJwk;
    readonly hpkePublicKey: string;
    readonly status: 'ACTIVE' | 'REVOKED';
  };
  /** The hospital that proofed the identity. */
  readonly registeredBy: string;
  readonly registeredAt: string;
}

export const getPatientRequest = z.strictObject({ pseudonym });
export type GetPatientRequest = z.infer<typeof getPatientRequest>;

// Records

/** What everybody may know of a record. */
export const recordAnchor = z.strictObject({
  recordId: identifier,
  pseudonym,
  categoryTag,
  /** SHA-256 of the stored ciphertext, which has a random key. */
  contentHash: hash,
  /** Bytes of the stored ciphertext. */
  size: z.int().min(1).max(Number.MAX_SAFE_INTEGER),
  /** SHA-256 of the canonical JSON of the {@link RecordDetails}. */
  detailsHash: hash,
  store: z.strictObject({ mspId }),
  resourceCount: z.int().min(1).max(1_000_000).optional(),
});
export type RecordAnchor = z.infer<typeof recordAnchor>;

export const registerRecordsRequest = z.strictObject({
  records: z
    .array(recordAnchor)
    .min(1)
    .max(MAX_RECORDS)
    .refine(eachOnce('recordId'), 'each record once'),
});
export type RegisterRecordsRequest = z.infer<typeof registerRecordsRequest>;

export interface RecordsRegistered {
  readonly recordIds: readonly string[];
}

export interface HealthRecord extends RecordAnchor {
  /** MSP ID of the hospital that registered the record. */
  readonly custodian: string;
  readonly registeredAt: string;
}

export const getRecordRequest = z.strictObject({ recordId: identifier });
export type GetRecordRequest = z.infer<typeof getRecordRequest>;

const paged = { pageSize: z.int().min(1).max(100), bookmark: z.string().max(1024).optional() };

export const listRecordsRequest = z.strictObject({ pseudonym, ...paged });
export type ListRecordsRequest = z.infer<typeof listRecordsRequest>;

/** The content key, sealed with HPKE (RFC 9180) to one recipient. */
export const sealedKey = z.strictObject({
  /** `kid` of the patient, or MSP ID of the custodian. */
  recipient: z.string().min(1).max(128),
  kind: z.enum(['patient', 'custodian']),
  enc: base64url.max(1024),
  ciphertext: base64url.max(4096),
});
export type SealedKey = z.infer<typeof sealedKey>;

/** What only the organisations that care for the patient may know of a record. */
export const recordDetails = z.strictObject({
  recordId: identifier,
  category: z.string().min(1).max(256),
  label: z.string().max(1024),
  salt: base64url.min(22).max(128),
  sealedKeys: z.array(sealedKey).min(1).max(16),
});
export type RecordDetails = z.infer<typeof recordDetails>;

/** What `details` in the transient data holds. */
export const transientDetails = z
  .array(recordDetails)
  .min(1)
  .max(MAX_RECORDS)
  .refine(eachOnce('recordId'), 'each record once');

/** The details themselves are transient data. */
export const depositDetailsRequest = z.strictObject({});
export type DepositDetailsRequest = z.infer<typeof depositDetailsRequest>;

export interface DetailsDeposited {
  readonly recordIds: readonly string[];
}

// Consent

export const statementRequest = z.strictObject({ statement });
export type StatementRequest = z.infer<typeof statementRequest>;

export interface Grant extends AccessGrant {
  readonly grantId: string;
  readonly grantedAt: string;
  readonly withdrawnAt?: string;
}

/** A grant with what the patient signed, so that a store or key service can verify it itself. */
export interface SignedGrant extends Grant {
  readonly statement: string;
}

export interface Withdrawn {
  readonly pseudonym: string;
  readonly grantId: string;
  readonly withdrawnAt: string;
  /** False where the withdrawal came before its grant, which it now keeps out. */
  readonly granted: boolean;
}

export const getGrantRequest = z.strictObject({ pseudonym, grantId });
export type GetGrantRequest = z.infer<typeof getGrantRequest>;

// Access

export const requestAccessRequest = z.strictObject({
  recordId: identifier,
  purpose: purposeOfUse,
  /** The content key is sealed to it. */
  hpkePublicKey,
});
export type RequestAccessRequest = z.infer<typeof requestAccessRequest>;

/** Why access was permitted. */
export type PermitReason = 'CUSTODIAN' | 'GRANT';

/**
 * Why access was denied. Where several grants fail, the one that came closest to permitting gives
 * the reason: the checks are made, and the reasons rank, in this order.
 */
export const DENIAL_REASONS = ['UNKNOWN_RECORD', ...GRANT_DEFECTS, 'USES_SPENT'] as const;
export type DenialReason = (typeof DENIAL_REASONS)[number];

export interface Requester {
  readonly mspId: string;
  /** SHA-256 of the certificate's subject and issuer. */
  readonly id: string;
  readonly role?: string;
  readonly practitioner?: string;
}

export interface Decision {
  /** ID of the transaction. */
  readonly decisionId: string;
  readonly permitted: boolean;
  readonly reason: PermitReason | DenialReason;
  readonly grantId?: string;
  readonly recordId: string;
  /** Of the record; left out where the record is unknown, as are the next two. */
  readonly pseudonym?: string;
  readonly contentHash?: string;
  readonly custodian?: string;
  readonly requester: Requester;
  readonly purpose: PurposeOfUse;
  readonly hpkePublicKey: string;
  readonly decidedAt: string;
  /** Five minutes later; stores and key services judge it by their own clocks. */
  readonly expiresAt: string;
}

export const getDecisionRequest = z.strictObject({
  decisionId: z.string().regex(/^[0-9a-f]{64}$/, 'a transaction ID'),
});
export type GetDecisionRequest = z.infer<typeof getDecisionRequest>;

export const auditTrailRequest = z.strictObject({ pseudonym, ...paged });
export type AuditTrailRequest = z.infer<typeof auditTrailRequest>;

/** One line of a patient's audit trail, in order of time. */
export interface AuditEntry {
  readonly transactionId: string;
  readonly at: string;
  readonly action: 'PATIENT_REGISTERED' | 'GRANTED' | 'WITHDRAWN' | 'ACCESS_DECIDED';
  /** Who submitted the transaction; for a statement that is whoever relayed it. */
  readonly by: Requester;
  readonly grantId?: string;
  /** Of a decision. */
  readonly recordId?: string;
  readonly purpose?: PurposeOfUse;
  readonly permitted?: boolean;
  readonly reason?: PermitReason | DenialReason;
}

/** The transactions by name. */
export interface EhrTransactions {
  readonly registerPatient: { request: RegisterPatientRequest; response: Registered };
  readonly registerRecords: { request: RegisterRecordsRequest; response: RecordsRegistered };
  readonly depositDetails: { request: DepositDetailsRequest; response: DetailsDeposited };
  readonly grantAccess: { request: StatementRequest; response: Grant };
  readonly withdrawConsent: { request: StatementRequest; response: Withdrawn };
  readonly requestAccess: { request: RequestAccessRequest; response: Decision };
  readonly readDetails: { request: GetRecordRequest; response: RecordDetails };
  readonly getPatient: { request: GetPatientRequest; response: Patient };
  readonly getRecord: { request: GetRecordRequest; response: HealthRecord };
  readonly listRecords: { request: ListRecordsRequest; response: Page<HealthRecord> };
  readonly getGrant: { request: GetGrantRequest; response: SignedGrant };
  readonly getDecision: { request: GetDecisionRequest; response: Decision };
  readonly auditTrail: { request: AuditTrailRequest; response: Page<AuditEntry> };
}
