import {
  emit,
  getState,
  putState,
  requireState,
  stateExists,
  transactionTime,
} from '@salus/chaincode-common';
import type { Context } from 'fabric-contract-api';
import type { Decision, HealthRecord, RequestAccessRequest } from '../api.js';
import { decisionKey, recordKey, useKey } from '../keys.js';
import { decideConsent } from '../rules/consent.js';
import {
  auditOf,
  describeDecision,
  type DecisionSubject,
  type Outcome,
} from '../rules/decision.js';
import { tokenOrder } from '../rules/uses.js';
import { putAudit } from './audit.js';
import { grantsTo } from './consent.js';
import { requesterOf } from './requester.js';

/**
 * Decides on a read and logs it. A denial is a success of the transaction: what fails leaves no trace.
 *
 * Reads the record and this patient's grants only: each read is a round trip.
 */
export async function requestAccess(
  ctx: Context,
  request: RequestAccessRequest,
): Promise<Decision> {
  const subject: DecisionSubject = {
    request,
    requester: requesterOf(ctx),
    record: await getState<HealthRecord>(ctx, recordKey(request.recordId)),
    transactionId: ctx.stub.getTxID(),
    at: transactionTime(ctx),
  };
  const decision = describeDecision(subject, await decide(ctx, subject));
  const { decisionId, pseudonym, permitted } = decision;
  await putState(ctx, decisionKey(decisionId), decision);
  if (pseudonym !== undefined) await putAudit(ctx, pseudonym, auditOf(decision));
  emit(ctx, 'AccessDecided.v1', { decisionId, recordId: request.recordId, permitted });
  return decision;
}

export function getDecision(ctx: Context, decisionId: string): Promise<Decision> {
  return requireState<Decision>(ctx, decisionKey(decisionId), 'decision');
}

async function decide(ctx: Context, subject: DecisionSubject): Promise<Outcome> {
  const { record, requester, request, at } = subject;
  if (record === undefined) return { permitted: false, reason: 'UNKNOWN_RECORD' };
  const grants =
    record.custodian === requester.mspId
      ? []
      : await grantsTo(ctx, record.pseudonym, requester.mspId);
  const consent = decideConsent({ record, requester, purpose: request.purpose, at }, grants);
  if (consent.kind === 'CUSTODIAN') return { permitted: true, reason: 'CUSTODIAN' };
  if (consent.kind === 'DENIED') return { permitted: false, reason: consent.reason };
  for (const { grantId, maxUses } of consent.grants) {
    if (maxUses === undefined || (await spend(ctx, record.pseudonym, grantId, maxUses))) {
      return { permitted: true, reason: 'GRANT', grantId };
    }
  }
  return { permitted: false, reason: 'USES_SPENT' };
}

/** Spends one use of a counted grant; false where none is left. */
async function spend(
  ctx: Context,
  pseudonym: string,
  grantId: string,
  maxUses: number,
): Promise<boolean> {
  for (const token of tokenOrder(ctx.stub.getTxID(), maxUses)) {
    const key = useKey(pseudonym, grantId, String(token));
    if (await stateExists(ctx, key)) continue;
    await putState(ctx, key, { decisionId: ctx.stub.getTxID() });
    return true;
  }
  return false;
}
