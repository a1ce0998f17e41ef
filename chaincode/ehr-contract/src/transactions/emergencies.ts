import type { Context } from 'fabric-contract-api';
import {
  caller,
  deleteState,
  emit,
  getState,
  listState,
  membersOf,
  pageState,
  plusSeconds,
  putState,
  requireAbsent,
  requireState,
  transactionTime,
} from '@salus/chaincode-common';
import { type Page, hashOf } from '@salus/protocol';
import {
  type Decision,
  type DecisionRef,
  type AuditAction,
  REVIEW_HOURS,
  type AnsweredEmergency,
  type AnswerEmergencyRequest,
  type BreakGlassRequest,
  type CustodianKey,
  type Emergency,
  type EmergencyAnswer,
  type EmergencyRequest,
  type ListEmergenciesRequest,
  type ReviewEmergencyRequest,
  type Patient,
  type HealthRecord,
} from '@salus/protocol/ehr';
import { requireCustodian } from '../rules/custodian-keys.js';
import { describeDecision, refOf } from '../rules/decision.js';
import {
  decideEmergency,
  escalated,
  isOverdue,
  requireAnswerable,
  requireEmergencyRole,
  reviewed,
} from '../rules/emergency.js';
import { settled } from '../rules/endings.js';
import { consentOf } from '../rules/stored-grant.js';
import {
  custodianKeyAt,
  emergencyAnswerKey,
  emergencyKey,
  openEmergencyKey,
  patientKey,
  recordKey,
} from '../state/keys.js';
import { restsOn } from './access.js';
import { auditEntry, putAudit } from './audit.js';
import { getDecision, putDecision } from './decisions.js';
import { readConsent } from './grants.js';
import { requesterOf } from './requester.js';
import { withVersions } from './series.js';

/**
 * Decides on access without consent in an emergency, for one record. Like any denial, one that the patient
 * has forbidden is logged.
 */
export async function breakGlass(ctx: Context, request: BreakGlassRequest): Promise<Decision> {
  requireEmergencyRole(caller(ctx), await membersOf(ctx, 'hospital'));
  const { pseudonym, recordId, hpkePublicKey } = request;
  const requester = requesterOf(ctx);
  const at = transactionTime(ctx);
  const patient = await getState<Patient>(ctx, patientKey(pseudonym));
  const record = patient && (await getState<HealthRecord>(ctx, recordKey(pseudonym, recordId)));
  const keyId = record?.emergency?.keyId;
  const key = keyId === undefined ? undefined : await readKey(ctx, keyId);
  const { stored, truncated } = await readConsent(ctx, pseudonym);
  const consent = patient ? consentOf(settled(patient, at), stored) : { grants: [], shares: [] };
  const asked = record && (await withVersions(ctx, record));
  const outcome = decideEmergency({ record: asked, key, requester, at }, { ...consent, truncated });
  const transactionId = ctx.stub.getTxID();
  const decision = describeDecision(
    {
      asked: { pseudonym, recordId, purpose: 'BTG', hpkePublicKey },
      ...{ requester, patient, record, transactionId, at },
    },
    outcome,
    { grants: restsOn(stored, outcome), grantSet: hashOf(stored) },
  );
  await putDecision(ctx, decision);
  if (outcome.permitted && record && keyId !== undefined) {
    const { custodian } = record;
    await openEmergency(ctx, request, { ref: refOf(decision), custodian, keyId, requester });
  }
  const { permitted } = decision;
  emit(ctx, 'EmergencyDecided.v1', { ...refOf(decision), recordId, permitted });
  return decision;
}

async function openEmergency(
  ctx: Context,
  { recordId, reasonCode, reasonHash }: BreakGlassRequest,
  about: Pick<Emergency, 'ref' | 'custodian' | 'keyId' | 'requester'>,
): Promise<void> {
  const { pseudonym, decisionId, decidedAt } = about.ref;
  const reviewDueAt = plusSeconds(decidedAt, REVIEW_HOURS * 3600);
  const emergency: Emergency = { ...about, recordId, reasonCode, reasonHash, reviewDueAt };
  await putState(ctx, emergencyKey(pseudonym, decisionId), emergency);
  await putState(ctx, openEmergencyKey(reviewDueAt, decisionId), about.ref);
}

/** A custodian says that it has given its part, and what. */
export async function answerEmergency(
  ctx: Context,
  { ref, partialHash }: AnswerEmergencyRequest,
): Promise<EmergencyAnswer> {
  const { pseudonym, decisionId } = ref;
  const { keyId, recordId } = await requireEmergency(ctx, ref);
  const who = caller(ctx);
  const at = transactionTime(ctx);
  requireCustodian(await requireState<CustodianKey>(ctx, custodianKeyAt(keyId), 'key'), who);
  requireAnswerable((await getDecision(ctx, ref)).expiresAt, at);
  const key = emergencyAnswerKey(pseudonym, decisionId, who.mspId);
  await requireAbsent(ctx, key, 'answer');
  const answer: EmergencyAnswer = { mspId: who.mspId, partialHash, at };
  await putState(ctx, key, answer);
  await log(ctx, 'EMERGENCY_ANSWERED', { ref, recordId });
  emit(ctx, 'EmergencyAnswered.v1', { ...ref, recordId, mspId: who.mspId });
  return answer;
}

export async function reviewEmergency(
  ctx: Context,
  { ref, ...review }: ReviewEmergencyRequest,
): Promise<Emergency> {
  const emergency = reviewed(await requireEmergency(ctx, ref), review, {
    ...{
      by: requesterOf(ctx),
      at: transactionTime(ctx),
      overseers: await membersOf(ctx, 'overseer'),
    },
  });
  await deleteState(ctx, openEmergencyKey(emergency.reviewDueAt, ref.decisionId));
  return putEmergency(ctx, emergency, 'EMERGENCY_REVIEWED', 'EmergencyReviewed.v1');
}

/** Anybody may say that a review is overdue; it stays open. */
export async function escalateEmergency(
  ctx: Context,
  { ref }: EmergencyRequest,
): Promise<Emergency> {
  const emergency = escalated(await requireEmergency(ctx, ref), transactionTime(ctx));
  return putEmergency(ctx, emergency, 'EMERGENCY_ESCALATED', 'EmergencyEscalated.v1');
}

export async function getEmergency(
  ctx: Context,
  { ref }: EmergencyRequest,
): Promise<AnsweredEmergency> {
  const emergency = await requireEmergency(ctx, ref);
  const answered = emergencyAnswerKey(ref.pseudonym, ref.decisionId);
  return { ...emergency, answers: await listState<EmergencyAnswer>(ctx, answered) };
}

export async function listEmergencies(
  ctx: Context,
  { pageSize, bookmark, ...which }: ListEmergenciesRequest,
): Promise<Page<Emergency>> {
  if ('pseudonym' in which) {
    return pageState<Emergency>(ctx, emergencyKey(which.pseudonym), { pageSize, bookmark });
  }
  const page = await pageState<DecisionRef>(ctx, openEmergencyKey(), { pageSize, bookmark });
  const all: Emergency[] = [];
  for (const ref of page.results) all.push(await requireEmergency(ctx, ref));
  if (which.review === 'open') return { ...page, results: all };
  const at = transactionTime(ctx);
  const results = all.filter((emergency) => isOverdue(emergency, at));
  // They come in the order of what is due: after one that isn't, none is.
  const isLast = results.length < all.length;
  return {
    results,
    fetchedRecordsCount: results.length,
    bookmark: isLast ? '' : page.bookmark,
  };
}

function readKey(ctx: Context, keyId: string): Promise<CustodianKey | undefined> {
  return getState<CustodianKey>(ctx, custodianKeyAt(keyId));
}

function requireEmergency(
  ctx: Context,
  { pseudonym, decisionId }: DecisionRef,
): Promise<Emergency> {
  return requireState<Emergency>(ctx, emergencyKey(pseudonym, decisionId), 'emergency');
}

async function putEmergency(
  ctx: Context,
  emergency: Emergency,
  action: AuditAction,
  event: 'EmergencyReviewed.v1' | 'EmergencyEscalated.v1',
): Promise<Emergency> {
  const { ref, recordId } = emergency;
  await putState(ctx, emergencyKey(ref.pseudonym, ref.decisionId), emergency);
  await log(ctx, action, emergency);
  emit(ctx, event, { ...ref, recordId });
  return emergency;
}

async function log(
  ctx: Context,
  action: AuditAction,
  { ref, recordId }: Pick<Emergency, 'ref' | 'recordId'>,
): Promise<void> {
  const { pseudonym, decisionId } = ref;
  await putAudit(ctx, pseudonym, { ...auditEntry(ctx, action), decisionId, recordId });
}
