import type { Context } from 'fabric-contract-api';
import {
  emit,
  getState,
  listState,
  putState,
  requireAbsent,
  requireState,
  transactionTime,
} from '@salus/chaincode-common';
import { readKey, requireEpoch, requireProfile, takePlace } from '@salus/chaincode-computation';
import { hashOf } from '@salus/protocol';
import {
  MAXIMUM_COHORT,
  type InstitutionOf,
  type JoinStudyRequest,
  type OpenStudyRequest,
  type Participant,
  type Study,
} from '@salus/protocol/statistics';
import {
  checkTerms,
  noRoomToJoin,
  requireCohort,
  requireCommittee,
  requireCurrent,
  requireJoining,
  requireNoPublisher,
  requireOpener,
  requireRepeatable,
  requireTerms,
  requireUnshown,
  statusOf,
  termsOf,
  type Phase,
} from '../rules/study.js';
import {
  closingKey,
  frozenKey,
  joiningEndedKey,
  outcomeKey,
  participantKey,
  repetitionKey,
  roomKey,
  shownKey,
  studyKey,
} from '../state/keys.js';
import type {
  ClosingRecord,
  FrozenRecord,
  JoiningEndedRecord,
  OutcomeRecord,
  ParticipantRecord,
  RepetitionRecord,
  ShownRecord,
  StudyRecord,
} from '../state/records.js';
import { requireAnalyst } from './analyst.js';
import { requireInstitution } from './institutions.js';

export async function openStudy(ctx: Context, request: OpenStudyRequest): Promise<Study> {
  const who = requireAnalyst(ctx);
  const { mspId, institution } = await requireInstitution(ctx, who);
  const { studyId, keyId, repeats } = request;
  await requireAbsent(ctx, studyKey(studyId), 'study');
  const key = await readKey(ctx, keyId);
  requireUnshown(keyId, await readShown(ctx, keyId));
  const openedAt = transactionTime(ctx);
  const terms = termsOf(request, key);
  checkTerms(terms, key, requireProfile(key.profile), openedAt);
  requireNoPublisher(terms, mspId);
  const earlier = repeats === undefined ? undefined : await readStudy(ctx, repeats);
  if (earlier !== undefined) requireRepeatable(terms, earlier, await readOutcome(ctx, earlier));
  const study: StudyRecord = {
    terms,
    termsHash: hashOf(terms),
    openedBy: { mspId, institution },
    openedAt,
    ...(earlier && { repeated: [...(earlier.repeated ?? []), earlier.terms.studyId] }),
  };
  await putState(ctx, studyKey(studyId), study);
  emit(ctx, 'StudyOpened.v1', { studyId, termsHash: study.termsHash });
  return describeStudy(study, {});
}

/**
 * An institution agrees to the terms: to what is opened, to whom, and over how many. It commits to its
 * contribution, so that nobody makes one of another's. Whoever commits to the same hash, here or elsewhere, is in
 * nobody's way: the proof of a contribution holds for one analyst and one study.
 */
export async function joinStudy(
  ctx: Context,
  { studyId, termsHash, ciphertextHash, epoch }: JoinStudyRequest,
): Promise<Participant> {
  const who = requireAnalyst(ctx);
  const { mspId, institution } = await requireInstitution(ctx, who);
  const study = await readStudy(ctx, studyId);
  const joinedAt = transactionTime(ctx);
  requireJoining(study, await readPhase(ctx, studyId), joinedAt);
  requireTerms(study, termsHash);
  const { keyId } = study.terms;
  requireNoPublisher(study.terms, mspId);
  requireCommittee(study.terms, await readKey(ctx, keyId));
  requireUnshown(keyId, await readShown(ctx, keyId));
  requireEpoch(await readKey(ctx, keyId), epoch);
  const at = participantKey(studyId, mspId, institution);
  await requireAbsent(ctx, at, 'participant');
  await takeRoom(ctx, studyId, { mspId, institution });
  const participant: ParticipantRecord = {
    mspId,
    institution,
    termsHash,
    joinedAt,
    joinedBy: who.id,
    epoch,
    committed: ciphertextHash,
  };
  await putState(ctx, at, participant);
  emit(ctx, 'StudyJoined.v1', { studyId, mspId, institution });
  return describeParticipant(participant);
}

/**
 * Counts an institution that joins. Institutions that join at once seldom conflict: see {@link takePlace}.
 * @throws SalusError ERR_COHORT_TOO_LARGE
 */
async function takeRoom(ctx: Context, studyId: string, institution: InstitutionOf): Promise<void> {
  const isTaken = await takePlace<InstitutionOf>(ctx, {
    most: MAXIMUM_COHORT,
    at: (place) => roomKey(studyId, place),
    name: JSON.stringify([institution.mspId, institution.institution]),
    entry: institution,
    counts: () => Promise.resolve(true),
  });
  if (!isTaken) throw noRoomToJoin();
}

/**
 * From here on nobody joins this study or another under its key, and what was committed to may be shown. A
 * cohort has joined by then: nobody uses up a key with a study that none takes part in.
 * A join that was endorsed before has read that there is no such record, and doesn't commit after it.
 */
export async function endJoining(ctx: Context, studyId: string): Promise<Study> {
  const who = requireAnalyst(ctx);
  const study = await readStudy(ctx, studyId);
  const phase = await readPhase(ctx, studyId);
  const at = transactionTime(ctx);
  requireJoining(study, phase, at);
  requireOpener(study, who);
  const participants = await listParticipants(ctx, studyId);
  requireCohort(participants, study.terms);
  const joiningEnded: JoiningEndedRecord = { at };
  await putState(ctx, joiningEndedKey(studyId), joiningEnded);
  const { keyId } = study.terms;
  if ((await readShown(ctx, keyId)) === undefined) {
    await putState(ctx, shownKey(keyId), { studyId } satisfies ShownRecord);
  }
  emit(ctx, 'StudyJoiningEnded.v1', { studyId });
  return describeStudy(study, { participants, joiningEnded });
}

export async function getStudy(ctx: Context, studyId: string): Promise<Study> {
  const study = await readAnyStudy(ctx, studyId);
  return describeStudy(study, {
    participants: await listParticipants(ctx, studyId),
    ...(await readPhase(ctx, studyId)),
    frozen: await getState(ctx, frozenKey(studyId)),
    outcome: await readOutcome(ctx, study),
    repetition: await getState(ctx, repetitionKey(studyId)),
  });
}

/** @throws SalusError ERR_NOT_FOUND; ERR_CONFLICT for a study of an earlier release */
export async function readStudy(ctx: Context, studyId: string): Promise<StudyRecord> {
  return requireCurrent(await readAnyStudy(ctx, studyId));
}

/** A study of an earlier release is shown, and let go of. */
export async function readAnyStudy(ctx: Context, studyId: string): Promise<StudyRecord> {
  return await requireState<StudyRecord>(ctx, studyKey(studyId), 'study');
}

export async function readOutcome(
  ctx: Context,
  { terms }: Pick<StudyRecord, 'terms'>,
): Promise<OutcomeRecord | undefined> {
  return await getState<OutcomeRecord>(ctx, outcomeKey(terms.studyId));
}

/** The study that another one does again, as its cohort is judged by. */
export async function readRepeated(
  ctx: Context,
  { repeats }: StudyRecord['terms'],
): Promise<Study | undefined> {
  return repeats === undefined ? undefined : await getStudy(ctx, repeats);
}

async function readShown(ctx: Context, keyId: string): Promise<ShownRecord | undefined> {
  return await getState<ShownRecord>(ctx, shownKey(keyId));
}

export async function readPhase(ctx: Context, studyId: string): Promise<Phase> {
  return {
    joiningEnded: await getState(ctx, joiningEndedKey(studyId)),
    closing: await getState(ctx, closingKey(studyId)),
  };
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
  readonly joiningEnded?: JoiningEndedRecord | undefined;
  readonly closing?: ClosingRecord | undefined;
  readonly frozen?: FrozenRecord | undefined;
  readonly outcome?: OutcomeRecord | undefined;
  readonly repetition?: RepetitionRecord | undefined;
}

export function describeStudy(study: StudyRecord, parts: StudyParts): Study {
  const { participants = [], joiningEnded, closing, frozen, outcome, repetition } = parts;
  return {
    ...study,
    status: statusOf({ joiningEnded, closing }, frozen, outcome),
    participants: participants.map(describeParticipant),
    ...(closing && { cohort: closing.cohort, evaluationId: closing.evaluationId }),
    ...(frozen && { openingId: frozen.openingId }),
    ...(outcome?.defect !== undefined && { defect: outcome.defect }),
    ...(outcome?.result !== undefined && { result: outcome.result }),
    ...(repetition && { repeatedBy: repetition.studyId }),
  };
}

export function describeParticipant(participant: ParticipantRecord): Participant {
  const { termsHash: _agreed, ...described } = participant;
  return described;
}
