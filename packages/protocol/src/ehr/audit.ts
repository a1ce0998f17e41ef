import { z } from 'zod';
import { mspId, pseudonym } from '../base/forms.js';
import type { Page } from '../base/page.js';
import type { Obligation, PurposeOfUse } from '../consent/access-grant.js';
import type { DecisionRef, DenialReason, PermitReason, Requester } from './access.js';
import { transactionId } from './forms.js';
import { paged } from './paging.js';

/** Who did what, by patient and by actor. */

/** Type of the state keys of the trail's lines; their attributes are pseudonym, time and transaction. */
export const AUDIT_STATE = 'audit';

/** Where a decision is in the ledger's state: it is its own line of the trail. */
export function decisionAttributes({
  pseudonym,
  decidedAt,
  decisionId,
}: DecisionRef): readonly [string, string, string] {
  return [pseudonym, decidedAt, decisionId];
}

export const auditTrailRequest = z.strictObject({ pseudonym, ...paged });
export type AuditTrailRequest = z.infer<typeof auditTrailRequest>;

export const actorTrailRequest = z.strictObject({
  mspId,
  /** Everybody of the organisation where left out. */
  id: transactionId.optional(),
  ...paged,
});
export type ActorTrailRequest = z.infer<typeof actorTrailRequest>;

export type AuditAction =
  | 'PATIENT_REGISTERED'
  | 'KEY_ADDED'
  | 'KEY_ENDED'
  | 'GUARDIANS_SET'
  | 'RECOVERY_REQUESTED'
  | 'RECOVERY_VETOED'
  | 'RECOVERED'
  | 'DELEGATED'
  | 'DELEGATION_ENDED'
  | 'STATUS_PROPOSED'
  | 'STATUS_CONFIRMED'
  | 'CATEGORY_KEYS_SET'
  | 'CATEGORY_KEYS_DEPOSITED'
  | 'GRANTED'
  | 'DENIED'
  | 'WITHDRAWN'
  | 'SHARED_ONWARD'
  | 'ACCESS_DECIDED'
  | 'EMERGENCY_ANSWERED'
  | 'EMERGENCY_REVIEWED'
  | 'EMERGENCY_ESCALATED'
  | 'REFERRED'
  | 'REFERRAL_ACCEPTED'
  | 'REFERRAL_DECLINED'
  | 'REFERRAL_ANSWERED'
  | 'RECORDS_ERASED'
  | 'DETAILS_PURGED';

/** One line of a patient's audit trail, in order of time. */
export interface AuditEntry {
  readonly transactionId: string;
  readonly at: string;
  readonly action: AuditAction;
  /** Who submitted the transaction; for a statement that is whoever relayed it. */
  readonly by: Requester;
  readonly grantId?: string;
  readonly shareId?: string;
  readonly referralId?: string;
  readonly decisionId?: string;
  readonly delegateId?: string;
  /** Of the key that was added or ended. */
  readonly kid?: string;
  readonly records?: readonly string[];
  /** Of a decision. */
  readonly recordId?: string;
  readonly purpose?: PurposeOfUse;
  readonly permitted?: boolean;
  readonly reason?: PermitReason | DenialReason;
  readonly obligations?: readonly Obligation[];
}

/** A decision on what an actor asked for. */
export interface ActorEntry extends AuditEntry {
  readonly pseudonym: string;
}

/** The queries of trails by name. */
export interface AuditTransactions {
  readonly auditTrail: { request: AuditTrailRequest; response: Page<AuditEntry> };
  /** In order of time for one `id`, else by `id` first. */
  readonly actorTrail: { request: ActorTrailRequest; response: Page<ActorEntry> };
}
