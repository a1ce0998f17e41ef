import { plusSeconds } from '@salus/chaincode-common';
import type {
  AuditEntry,
  Decision,
  DenialReason,
  HealthRecord,
  PermitReason,
  RequestAccessRequest,
  Requester,
} from '../api.js';

/** A decision opens a record for so long. */
export const DECISION_SECONDS = 300;

/** What a decision is about. */
export interface DecisionSubject {
  readonly request: RequestAccessRequest;
  readonly requester: Requester;
  readonly record: HealthRecord | undefined;
  readonly transactionId: string;
  readonly at: string;
}

/** What was decided. */
export type Outcome =
  | { readonly permitted: true; readonly reason: PermitReason; readonly grantId?: string }
  | { readonly permitted: false; readonly reason: DenialReason };

/** Writes a decision out. */
export function describeDecision(subject: DecisionSubject, outcome: Outcome): Decision {
  const { request, requester, record, transactionId, at } = subject;
  return {
    ...outcome,
    ...request,
    ...(record !== undefined && {
      pseudonym: record.pseudonym,
      contentHash: record.contentHash,
      custodian: record.custodian,
    }),
    decisionId: transactionId,
    requester,
    decidedAt: at,
    expiresAt: plusSeconds(at, DECISION_SECONDS),
  };
}

/** The line that a decision leaves in the patient's audit trail. */
export function auditOf(decision: Decision): AuditEntry {
  return {
    transactionId: decision.decisionId,
    at: decision.decidedAt,
    action: 'ACCESS_DECIDED',
    by: decision.requester,
    recordId: decision.recordId,
    purpose: decision.purpose,
    permitted: decision.permitted,
    reason: decision.reason,
    ...(decision.grantId !== undefined && { grantId: decision.grantId }),
  };
}
