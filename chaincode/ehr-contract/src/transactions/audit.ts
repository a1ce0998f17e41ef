import type { Context } from 'fabric-contract-api';
import { putState, transactionTime } from '@salus/chaincode-common';
import type { AuditEntry } from '@salus/protocol/ehr';
import { auditKey } from '../state/keys.js';
import { requesterOf } from './requester.js';

/** Adds a line to a patient's audit trail; a grant is its own, and so is a decision (see `trail.ts`). */
export async function putAudit(ctx: Context, pseudonym: string, entry: AuditEntry): Promise<void> {
  await putState(ctx, auditKey(pseudonym, entry.at, entry.transactionId), entry);
}

/** A line on this transaction. */
export function auditEntry(
  ctx: Context,
  action: AuditEntry['action'],
  more: Omit<AuditEntry, 'transactionId' | 'at' | 'action' | 'by'> = {},
): AuditEntry {
  return {
    transactionId: ctx.stub.getTxID(),
    at: transactionTime(ctx),
    action,
    by: requesterOf(ctx),
    ...more,
  };
}
