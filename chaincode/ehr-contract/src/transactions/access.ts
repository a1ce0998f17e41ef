import {
  decideConsent,
  emit,
  getState,
  hashOf,
  putState,
  sha256Hex,
  stateExists,
  transactionTime,
  type PermittedUse,
} from '@salus/chaincode-common';
import type { Context } from 'fabric-contract-api';
import type { Decision, HealthRecord, Patient, RequestAccessRequest } from '../api.js';
import { patientKey, recordKey, useKey } from '../keys.js';
import { describeDecision, refOf, type DecisionSubject, type Outcome } from '../rules/decision.js';
import { consentOf, isGrant, isShare, type Stored } from '../rules/stored-grant.js';
import { tokenOrder } from '../rules/uses.js';
import { askingPatient } from './asking-patient.js';
import { putDecision } from './decisions.js';
import { readConsent } from './grants.js';
import { requesterOf } from './requester.js';

/** What was decided, and what has to be written for it to count. */
interface Decided {
  readonly decision: Decision;
  /** Uses up what the decision rests on: a token of a counted grant, a patient's own request. */
  readonly spend: () => Promise<void>;
}

/**
 * Decides on a read and logs it. A denial is a success of the transaction: what fails leaves no trace.
 *
 * Reads the patient, the record and this patient's grants only: each read is a round trip.
 */
export async function requestAccess(
  ctx: Context,
  request: RequestAccessRequest,
): Promise<Decision> {
  const { decision, spend } = await decide(ctx, request);
  await spend();
  await putDecision(ctx, decision);
  const { recordId, permitted } = decision;
  emit(ctx, 'AccessDecided.v1', { ...refOf(decision), recordId, permitted });
  return decision;
}

/** What {@link requestAccess} would decide now. Nothing is on the ledger of it, so it opens nothing. */
export async function evaluateAccess(
  ctx: Context,
  request: RequestAccessRequest,
): Promise<Decision> {
  const { decision } = await decide(ctx, request);
  return decision;
}

async function decide(ctx: Context, request: RequestAccessRequest): Promise<Decided> {
  const { pseudonym, recordId, purpose, asPatient } = request;
  const patient = await getState<Patient>(ctx, patientKey(pseudonym));
  const record = patient && (await getState<HealthRecord>(ctx, recordKey(pseudonym, recordId)));
  const self =
    asPatient === undefined
      ? undefined
      : await askingPatient(ctx, asPatient, { request, patient, record });
  const subject: DecisionSubject = {
    asked: request,
    requester: { ...requesterOf(ctx), ...self?.requester },
    patient,
    record,
    transactionId: ctx.stub.getTxID(),
    at: transactionTime(ctx),
  };
  const { requester, at } = subject;
  const isKnown = record !== undefined && requester.patient !== pseudonym;
  const { stored, truncated } = isKnown ? await readConsent(ctx, pseudonym) : NOTHING;
  const consent = patient ? consentOf(patient, stored) : { grants: [], shares: [] };
  const ruling = decideConsent({ record, requester, purpose, at }, { ...consent, truncated });
  const { outcome, token } =
    ruling.kind === 'GRANTED'
      ? await firstUse(ctx, pseudonym, ruling.uses)
      : { outcome: outcomeOf(ruling), token: undefined };
  const decision = describeDecision(subject, outcome, {
    grants: restsOn(stored, outcome),
    ...(isKnown && { grantSet: hashOf(stored) }),
  });
  const spend = async () => {
    await self?.spend();
    if (token !== undefined) await putState(ctx, token, { decisionId: ctx.stub.getTxID() });
  };
  return { decision, spend };
}

const NOTHING = { stored: [], truncated: false } as const;

function outcomeOf(
  ruling: Exclude<ReturnType<typeof decideConsent>, { kind: 'GRANTED' }>,
): Outcome {
  if (ruling.kind !== 'DENIED') return { permitted: true, reason: ruling.kind };
  const { kind: _kind, ...denial } = ruling;
  return { permitted: false, ...denial };
}

/** The first permit that has a use left, and the token of that use where uses are counted. */
async function firstUse(ctx: Context, pseudonym: string, uses: readonly PermittedUse[]) {
  for (const { maxUses, ...use } of uses) {
    const token =
      maxUses === undefined ? undefined : await freeToken(ctx, pseudonym, use.grantId, maxUses);
    if (maxUses !== undefined && token === undefined) continue;
    const outcome: Outcome = { permitted: true, reason: 'GRANT', ...use };
    return { outcome, token };
  }
  const outcome: Outcome = { permitted: false, reason: 'USES_SPENT' };
  return { outcome, token: undefined };
}

/** A use of a counted grant that is not spent; undefined where all are. */
async function freeToken(ctx: Context, pseudonym: string, grantId: string, maxUses: number) {
  for (const token of tokenOrder(ctx.stub.getTxID(), maxUses)) {
    const key = useKey(pseudonym, grantId, String(token));
    if (!(await stateExists(ctx, key))) return key;
  }
  return undefined;
}

/** Hashes of what an outcome rests on: the statement of its grant, and the share by which it is used. */
export function restsOn(stored: readonly Stored[], outcome: Outcome): readonly string[] {
  const shareId = 'shareId' in outcome ? outcome.shareId : undefined;
  return stored.flatMap((each) => {
    if (isShare(each)) return each.shareId === shareId ? [hashOf(each)] : [];
    return isGrant(each) && each.grantId === outcome.grantId ? [sha256Hex(each.statement)] : [];
  });
}
