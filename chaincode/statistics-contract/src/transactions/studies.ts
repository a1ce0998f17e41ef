import {
  emit,
  getState,
  hashOf,
  listState,
  putState,
  requireAbsent,
  requireState,
  transactionTime,
} from '@salus/chaincode-common';
import { readKey, requireProfile } from '@salus/chaincode-computation';
import type { Context } from 'fabric-contract-api';
import type { JoinStudyRequest, Participant, Study, StudyTerms } from '../api.js';
import { closingKey, frozenKey, outcomeKey, participantKey, studyKey } from '../keys.js';
import type {
  ClosingRecord,
  FrozenRecord,
  OutcomeRecord,
  ParticipantRecord,
  StudyRecord,
} from '../records.js';
import { checkTerms, requireCollecting, requireTerms, statusOf } from '../rules/study.js';
import { requireAnalyst } from './analyst.js';
import { requireInstitution } from './institutions.js';

export async function openStudy(ctx: Context, terms: StudyTerms): Promise<Study> {
  const who = requireAnalyst(ctx);
  const { mspId, institution } = await requireInstitution(ctx, who);
  const { studyId } = terms;
  await requireAbsent(ctx, studyKey(studyId), 'study');
  const key = await readKey(ctx, terms.keyId);
  const openedAt = transactionTime(ctx);
  checkTerms(terms, key, requireProfile(key.profile), openedAt);
  const openedBy = { mspId, institution };
  const study: StudyRecord = { terms, termsHash: hashOf(terms), openedBy, openedAt };
  await putState(ctx, studyKey(studyId), study);
  emit(ctx, 'StudyOpened.v1', { studyId, termsHash: study.termsHash });
  return describeStudy(study, {});
}

/** An institution agrees to the terms: to what is opened, to whom, and over how many. */
export async function joinStudy(
  ctx: Context,
  { studyId, termsHash }: JoinStudyRequest,
): Promise<Participant> {
  const who = requireAnalyst(ctx);
  const { mspId, institution } = await requireInstitution(ctx, who);
  const study = await readStudy(ctx, studyId);
  const joinedAt = transactionTime(ctx);
  requireCollecting(study, await getState(ctx, closingKey(studyId)), joinedAt);
  requireTerms(study, termsHash);
  const at = participantKey(studyId, mspId, institution);
  await requireAbsent(ctx, at, 'participant');
  const participant: ParticipantRecord = { mspId, institution, termsHash, joinedAt };
  await putState(ctx, at, participant);
  emit(ctx, 'StudyJoined.v1', { studyId, mspId, institution });
  return describeParticipant(participant);
}

export async function getStudy(ctx: Context, studyId: string): Promise<Study> {
  const study = await readStudy(ctx, studyId);
  return describeStudy(study, {
    participants: await listParticipants(ctx, studyId),
    closing: await getState(ctx, closingKey(studyId)),
    frozen: await getState(ctx, frozenKey(studyId)),
    outcome: await getState(ctx, outcomeKey(studyId)),
  });
}

export async function readStudy(ctx: Context, studyId: string): Promise<StudyRecord> {
  return await requireState<StudyRecord>(ctx, studyKey(studyId), 'study');
}

export async function listParticipants(
  ctx: Context,
  studyId: string,
): Promise<ParticipantRecord[]> {
  return await listState<ParticipantRecord>(ctx, participantKey(studyId));
}

/** What there is of a study beside its terms. */
export interface StudyParts {
  readonly participants?: readonly ParticipantRecord[];
  readonly closing?: ClosingRecord | undefined;
  readonly frozen?: FrozenRecord | undefined;
  readonly outcome?: OutcomeRecord | undefined;
}

export function describeStudy(study: StudyRecord, parts: StudyParts): Study {
  const { participants = [], closing, frozen, outcome } = parts;
  return {
    ...study,
    status: statusOf(closing, frozen, outcome),
    participants: participants.map(describeParticipant),
    ...(closing && { cohort: closing.cohort, evaluationId: closing.evaluationId }),
    ...(frozen && { openingId: frozen.openingId }),
    ...(outcome?.defect !== undefined && { defect: outcome.defect }),
  };
}

export function describeParticipant(participant: ParticipantRecord): Participant {
  const { mspId, institution, joinedAt, contribution } = participant;
  return { mspId, institution, joinedAt, ...(contribution && { contribution }) };
}
