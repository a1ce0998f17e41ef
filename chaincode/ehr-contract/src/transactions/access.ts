import type { Context } from 'fabric-contract-api';
import { emit, getState, putState, transactionTime } from '@salus/chaincode-common';
import { decideConsent, hashOf, sha256Hex, type Ruling } from '@salus/protocol';
import type {
  Decision,
  HealthRecord,
  Patient,
  RequestAccessRequest,
  Requester,
} from '@salus/protocol/ehr';
import { describeDecision, refOf, type Outcome } from '../rules/decision.js';
import { settled } from '../rules/endings.js';
import { consentOf, isGrant, isShare, type Stored } from '../rules/stored-grant.js';
import { patientKey, recordKey } from '../state/keys.js';
import { askingPatient } from './asking-patient.js';
import { putDecision } from './decisions.js';
import { readConsent } from './grants.js';
import { requesterOf } from './requester.js';
import { withVersions } from './series.js';
import { firstUse, type Used } from './uses.js';

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
  const at = transactionTime(ctx);
  const kept = await getState<Patient>(ctx, patientKey(pseudonym));
  const patient = kept && settled(kept, at);
  const record = patient && (await getState<HealthRecord>(ctx, recordKey(pseudonym, recordId)));
  const about = { request, patient, record };
  const self = asPatient === undefined ? undefined : await askingPatient(ctx, asPatient, about);
  const requester: Requester = { ...requesterOf(ctx), ...self?.requester };
  // Nobody's grants matter for what is not there, or the patient's own.
  const isSubject = requester.patient === pseudonym && requester.delegate === undefined;
  const readsGrants = record !== undefined && !isSubject;
  const { stored, truncated } = readsGrants ? await readConsent(ctx, pseudonym) : NO_GRANTS;
  const consent = patient ? consentOf(patient, stored) : { grants: [], shares: [] };
  const asked = record && readsGrants ? await withVersions(ctx, record) : record;
  const ruling = decideConsent(
    { record: asked, requester, purpose, at },
    { ...consent, truncated },
  );
  const { outcome, token }: Used =
    ruling.kind === 'GRANTED'
      ? await firstUse(ctx, pseudonym, ruling.uses)
      : { outcome: outcomeOf(ruling) };
  const transactionId = ctx.stub.getTxID();
  const decision = describeDecision(
    { asked: request, requester, patient: kept, record, transactionId, at },
    outcome,
    { grants: restsOn(stored, outcome), ...(readsGrants && { grantSet: hashOf(stored) }) },
  );
  const spend = async () => {
    await self?.spend();
    if (token !== undefined) await putState(ctx, token, { decisionId: transactionId });
  };
  return { decision, spend };
}

const NO_GRANTS = { stored: [], truncated: false } as const;

function outcomeOf(ruling: Exclude<Ruling, { kind: 'GRANTED' }>): Outcome {
  if (ruling.kind !== 'DENIED') return { permitted: true, reason: ruling.kind };
  const { kind: _kind, ...denial } = ruling;
  return { permitted: false, ...denial };
}

/** Hashes of what an outcome rests on: the statement of its grant, and the share by which it is used. */
export function restsOn(stored: readonly Stored[], outcome: Outcome): readonly string[] {
  const shareId = 'shareId' in outcome ? outcome.shareId : undefined;
  return stored.flatMap((each) => {
    if (isShare(each)) return each.shareId === shareId ? [hashOf(each)] : [];
    return isGrant(each) && each.grantId === outcome.grantId ? [sha256Hex(each.statement)] : [];
  });
}
