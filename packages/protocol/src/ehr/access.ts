import { z } from 'zod';
import { hpkePublicKey, identifier, pseudonym, statementText } from '../base/forms.js';
import { requestedPurpose, type Obligation, type PurposeOfUse } from '../consent/access-grant.js';
import { GRANT_DEFECTS } from '../consent/grant.js';
import { transactionId } from './forms.js';

/** Access: every read is decided by the rule in chaincode-common and logged. */

const asked = {
  pseudonym,
  recordId: identifier,
  purpose: requestedPurpose,
  /** The content key is sealed to it. */
  hpkePublicKey,
};

export const requestAccessRequest = z.strictObject({
  ...asked,
  /** AccessRequest.v1 of a patient in whose name the caller asks, which has to say the same. */
  asPatient: statementText.optional(),
});
export type RequestAccessRequest = z.infer<typeof requestAccessRequest>;

export {
  ACCESS_REQUEST,
  accessRequestStatement,
  type AccessRequestStatement,
} from '../consent/access-request.js';

/** Why access was permitted. */
export type PermitReason = 'SUBJECT' | 'CUSTODIAN' | 'GRANT' | 'EMERGENCY';

/**
 * Why access was denied. Where several grants fail, the one that came closest to permitting gives
 * the reason: the checks are made, and the reasons rank, in this order.
 */
export const DENIAL_REASONS = [
  'UNKNOWN_RECORD',
  'ERASED',
  'TOO_MANY_GRANTS',
  'DENIED_BY_PATIENT',
  ...GRANT_DEFECTS,
  'USES_SPENT',
  'NO_EMERGENCY_KEY',
] as const;
export type DenialReason = (typeof DENIAL_REASONS)[number];

export interface Requester {
  readonly mspId: string;
  /** SHA-256 of the certificate's subject and issuer. */
  readonly id: string;
  readonly role?: string;
  readonly practitioner?: string;
  /** Pseudonym of the patient who asks through the caller, by a statement. */
  readonly patient?: string;
  /** `jti` of that statement. */
  readonly statement?: string;
  /** ID of the delegation where a delegate signed it. */
  readonly delegate?: string;
}

/** What a decision was made on, for who checks it later. SHA-256 in hex. */
export interface DecisionInputs {
  /** Of the canonical JSON of the patient; left out where there is none, as is the record. */
  readonly patient?: string;
  /** Of the canonical JSON of the record. */
  readonly record?: string;
  /** Of each statement, or share, that the outcome rests on. */
  readonly grants: readonly string[];
  /** Of the canonical JSON of all that the ledger held of the patient's grants, in order of their IDs. */
  readonly grantSet?: string;
}

/** Names the rule that decisions are made by: the combining rule of chaincode-common. */
export const POLICY = 'salus-consent/3';

export interface Decision {
  /** ID of the transaction. */
  readonly decisionId: string;
  readonly permitted: boolean;
  readonly reason: PermitReason | DenialReason;
  /** The patient's grant that permits, or the deny that overrides. */
  readonly grantId?: string;
  /** The onward share of that grant by which it is used. */
  readonly shareId?: string;
  readonly pseudonym: string;
  readonly recordId: string;
  /** Of the record; left out where it is unknown, as is the next one. */
  readonly contentHash?: string;
  readonly custodian?: string;
  readonly requester: Requester;
  readonly purpose: PurposeOfUse;
  readonly hpkePublicKey: string;
  /** What the permits that were used bind the requester to, in ascending order. */
  readonly obligations: readonly Obligation[];
  readonly policy: typeof POLICY;
  readonly inputs: DecisionInputs;
  readonly decidedAt: string;
  /** Five minutes later; stores and key services judge it by their own clocks. */
  readonly expiresAt: string;
}

/** Where a decision is on the ledger. */
export const decisionRef = z.strictObject({
  pseudonym,
  decidedAt: z.iso.datetime({ precision: 3 }),
  decisionId: transactionId,
});
export type DecisionRef = z.infer<typeof decisionRef>;

export type GetDecisionRequest = DecisionRef;

/** The transactions on access by name. */
export interface AccessTransactions {
  readonly requestAccess: { request: RequestAccessRequest; response: Decision };
  /** What `requestAccess` would decide now; it opens nothing. */
  readonly evaluateAccess: { request: RequestAccessRequest; response: Decision };
  readonly getDecision: { request: GetDecisionRequest; response: Decision };
}
