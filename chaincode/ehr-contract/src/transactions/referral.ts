import type { Context } from 'fabric-contract-api';
import {
  caller,
  emit,
  pageState,
  putState,
  requireAbsent,
  requireKind,
  requireRole,
  requireState,
  transactionTime,
} from '@salus/chaincode-common';
import type { Page } from '@salus/protocol';
import {
  standing,
  type AnswerReferralRequest,
  type AuditAction,
  type DeclineReferralRequest,
  type HealthRecord,
  type ListReferralsRequest,
  type Referral,
  type ReferralRef,
  type ReferRequest,
} from '@salus/protocol/ehr';
import { requireGranted, requireOwn, requireStep, type ReferralStep } from '../rules/referral.js';
import { describeGrant, isGrant } from '../rules/stored-grant.js';
import { referralKey, referralToKey } from '../state/keys.js';
import { auditEntry, putAudit } from './audit.js';
import { readGrant } from './grants.js';
import { getRecord } from './records.js';
import { requesterOf } from './requester.js';
import { withVersions, type VersionedRecord } from './series.js';
import { requirePatient } from './statements.js';

/**
 * Hands a part of a patient's record over to another hospital, under the patient's grant to it. The
 * request itself is a record of the one who refers.
 *
 * @throws SalusError ERR_FORBIDDEN, ERR_NOT_FOUND, ERR_ALREADY_EXISTS, ERR_CONFLICT
 */
export async function refer(ctx: Context, terms: ReferRequest): Promise<Referral> {
  const who = caller(ctx);
  await requireKind(ctx, who, 'hospital');
  requireRole(who, 'physician');
  const { pseudonym, referralId, serviceRequest, to, grantId } = terms;
  const patient = await requirePatient(ctx, pseudonym);
  await requireAbsent(ctx, referralKey(pseudonym, referralId), 'referral');
  const records = await recordsOf(ctx, pseudonym, [serviceRequest, ...terms.records]);
  const [request] = records;
  if (request !== undefined) requireOwn(request, who.mspId);
  const found = await readGrant(ctx, pseudonym, grantId);
  const grant =
    found !== undefined && isGrant(found) ? standing(patient, describeGrant(found)) : undefined;
  const referredAt = transactionTime(ctx);
  const versioned: VersionedRecord[] = [];
  for (const record of records) versioned.push(await withVersions(ctx, record));
  requireGranted(terms, grant, versioned, referredAt);
  const referral: Referral = { ...terms, from: who.mspId, referredAt, status: 'REQUESTED' };
  await putState(ctx, referralToKey(to.mspId, pseudonym, referralId), { pseudonym, referralId });
  return write(ctx, referral, ['REFERRED', 'ReferralMade.v1']);
}

export async function acceptReferral(ctx: Context, ref: ReferralRef): Promise<Referral> {
  const { referral, at } = await step(ctx, ref, 'accept');
  const accepted: Referral = { ...referral, status: 'ACCEPTED', acceptedAt: at };
  return write(ctx, accepted, ['REFERRAL_ACCEPTED', 'ReferralAccepted.v1']);
}

export async function declineReferral(
  ctx: Context,
  { reason, ...ref }: DeclineReferralRequest,
): Promise<Referral> {
  const { referral, at } = await step(ctx, ref, 'decline');
  const declined: Referral = { ...referral, status: 'DECLINED', declined: { at, reason } };
  return write(ctx, declined, ['REFERRAL_DECLINED', 'ReferralDeclined.v1']);
}

/** Names the records that are the answer; the one who referred reads them under the patient's consent. */
export async function answerReferral(
  ctx: Context,
  { records, ...ref }: AnswerReferralRequest,
): Promise<Referral> {
  const { referral, at } = await step(ctx, ref, 'answer');
  for (const record of await recordsOf(ctx, ref.pseudonym, records)) {
    requireOwn(record, referral.to.mspId);
  }
  const answers = [...(referral.answers ?? []), { at, records }];
  const answered: Referral = { ...referral, status: 'ANSWERED', answers };
  return write(ctx, answered, ['REFERRAL_ANSWERED', 'ReferralAnswered.v1']);
}

/** @throws SalusError ERR_NOT_FOUND */
export function getReferral(ctx: Context, ref: ReferralRef): Promise<Referral> {
  return requireState<Referral>(ctx, referralKey(ref.pseudonym, ref.referralId), 'referral');
}

export async function listReferrals(
  ctx: Context,
  request: ListReferralsRequest,
): Promise<Page<Referral>> {
  if ('pseudonym' in request) return pageState(ctx, referralKey(request.pseudonym), request);
  const page = await pageState<ReferralRef>(ctx, referralToKey(request.mspId), request);
  const results: Referral[] = [];
  for (const ref of page.results) results.push(await getReferral(ctx, ref));
  return { ...page, results };
}

async function step(ctx: Context, { pseudonym, referralId }: ReferralRef, taken: ReferralStep) {
  const referral = await getReferral(ctx, { pseudonym, referralId });
  const at = transactionTime(ctx);
  requireStep(referral, taken, { who: requesterOf(ctx), at });
  return { referral, at };
}

async function recordsOf(
  ctx: Context,
  pseudonym: string,
  recordIds: readonly string[],
): Promise<HealthRecord[]> {
  const records: HealthRecord[] = [];
  for (const recordId of recordIds) records.push(await getRecord(ctx, { pseudonym, recordId }));
  return records;
}

async function write(
  ctx: Context,
  referral: Referral,
  [action, event]: readonly [AuditAction, `${string}.v${number}`],
): Promise<Referral> {
  const { pseudonym, referralId, from, to, status } = referral;
  await putState(ctx, referralKey(pseudonym, referralId), referral);
  await putAudit(ctx, pseudonym, auditEntry(ctx, action, { referralId }));
  emit(ctx, event, { pseudonym, referralId, from, to: to.mspId, status });
  return referral;
}
