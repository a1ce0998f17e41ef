import { plusSeconds } from '@salus/chaincode-common';
import { hashOf, type Obligation } from '@salus/protocol';
import {
  POLICY,
  type AuditEntry,
  type Decision,
  type DecisionInputs,
  type DecisionRef,
  type DenialReason,
  type HealthRecord,
  type Patient,
  type PermitReason,
  type Requester,
} from '@salus/protocol/ehr';

/** A decision opens a record for so long. */
export const DECISION_SECONDS = 300;

/** What a decision is about. */
export interface DecisionSubject {
  readonly asked: Pick<Decision, 'pseudonym' | 'recordId' | 'purpose' | 'hpkePublicKey'>;
  readonly requester: Requester;
  readonly patient: Patient | undefined;
  readonly record: HealthRecord | undefined;
  readonly transactionId: string;
  readonly at: string;
}

/** What was decided. */
export type Outcome =
  | {
      readonly permitted: true;
      readonly reason: PermitReason;
      readonly grantId?: string;
      readonly shareId?: string;
      readonly obligations?: readonly Obligation[];
    }
  | { readonly permitted: false; readonly reason: DenialReason; readonly grantId?: string };

/** Writes a decision out. */
export function describeDecision(
  { asked, requester, patient, record, transactionId, at }: DecisionSubject,
  outcome: Outcome,
  consent: Pick<DecisionInputs, 'grants' | 'grantSet'> = { grants: [] },
): Decision {
  const { pseudonym, recordId, purpose, hpkePublicKey } = asked;
  return {
    pseudonym,
    recordId,
    purpose,
    hpkePublicKey,
    obligations: [],
    ...outcome,
    ...(record !== undefined && { contentHash: record.contentHash, custodian: record.custodian }),
    decisionId: transactionId,
    requester,
    policy: POLICY,
    inputs: {
      ...(patient !== undefined && { patient: hashOf(patient) }),
      ...(record !== undefined && { record: hashOf(record) }),
      ...consent,
    },
    decidedAt: at,
    expiresAt: plusSeconds(at, DECISION_SECONDS),
  };
}

/** Where a decision is on the ledger. */
export function refOf({ pseudonym, decidedAt, decisionId }: Decision): DecisionRef {
  return { pseudonym, decidedAt, decisionId };
}

/** The line of the patient's audit trail that a decision is. */
export function auditOf(decision: Decision): AuditEntry {
  const { decisionId, decidedAt, requester, recordId, purpose, permitted, reason } = decision;
  const { obligations, grantId, shareId } = decision;
  return {
    transactionId: decisionId,
    decisionId,
    at: decidedAt,
    action: 'ACCESS_DECIDED',
    by: requester,
    recordId,
    purpose,
    permitted,
    reason,
    ...(grantId !== undefined && { grantId }),
    ...(shareId !== undefined && { shareId }),
    ...(obligations.length > 0 && { obligations }),
  };
}
