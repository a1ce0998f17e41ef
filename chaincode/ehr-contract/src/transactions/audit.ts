import { pageState, putState, transactionTime, type Page } from '@salus/chaincode-common';
import type { Context } from 'fabric-contract-api';
import type { AuditEntry, AuditTrailRequest } from '../api.js';
import { auditKey } from '../keys.js';
import { requesterOf } from './requester.js';

/** Adds a line to a patient's audit trail. */
export async function putAudit(ctx: Context, pseudonym: string, entry: AuditEntry): Promise<void> {
  await putState(ctx, auditKey(pseudonym, entry.at, entry.transactionId), entry);
}

/** A line on this transaction. */
export function auditEntry(
  ctx: Context,
  action: AuditEntry['action'],
  more: Pick<AuditEntry, 'grantId'> = {},
): AuditEntry {
  return {
    transactionId: ctx.stub.getTxID(),
    at: transactionTime(ctx),
    action,
    by: requesterOf(ctx),
    ...more,
  };
}

export function auditTrail(
  ctx: Context,
  { pseudonym, ...page }: AuditTrailRequest,
): Promise<Page<AuditEntry>> {
  return pageState<AuditEntry>(ctx, auditKey(pseudonym), page);
}
