import type { Context } from 'fabric-contract-api';
import { emit, getState, putState, transactionTime } from '@salus/chaincode-common';
import { addEvaluation, getCiphertext, readKey } from '@salus/chaincode-computation';
import {
  PURPOSE,
  type CloseStudyRequest,
  type CohortMember,
  type Study,
} from '@salus/protocol/statistics';
import {
  requireCohort,
  requireCommittee,
  requireMayClose,
  requireNotFrozen,
  requireRepetition,
} from '../rules/study.js';
import { closingKey, frozenKey } from '../state/keys.js';
import type { ClosingRecord, ParticipantRecord } from '../state/records.js';
import { requireAnalyst } from './analyst.js';
import { describeStudy, listParticipants, readRepeated, readStudy } from './studies.js';

/**
 * Ends contributions and evaluates over all that stand, which nobody chooses. Called again where
 * somebody dropped out since, over those who stay.
 */
export async function closeStudy(
  ctx: Context,
  { studyId, resultHash }: CloseStudyRequest,
): Promise<Study> {
  const who = requireAnalyst(ctx);
  const study = await readStudy(ctx, studyId);
  requireNotFrozen(await getState(ctx, frozenKey(studyId)));
  const participants = await listParticipants(ctx, studyId);
  const cohort = await standing(ctx, participants);
  const previous = await getState<ClosingRecord>(ctx, closingKey(studyId));
  const isOwn = (one: { readonly mspId: string; readonly institution: string }) =>
    one.mspId === who.mspId && one.institution === who.institution;
  requireMayClose(
    study,
    { participant: participants.find(isOwn), isOpener: isOwn(study.openedBy) },
    { closing: previous, hasLost: cohort.length < (previous?.cohort.length ?? 0) },
    transactionTime(ctx),
  );
  requireCohort(cohort, study.terms);
  requireRepetition(cohort, await readRepeated(ctx, study.terms), study.terms);
  requireCommittee(study.terms, await readKey(ctx, study.terms.keyId));
  const round = (previous?.round ?? 0) + 1;
  const evaluationId = `${PURPOSE}:${studyId}.${round}`;
  await addEvaluation(ctx, {
    evaluationId,
    program: { name: 'statistics.v1' },
    inputs: cohort.map(({ ciphertextHash }) => ({ kind: 'ciphertext', id: ciphertextHash })),
    resultHash,
  });
  const closing: ClosingRecord = { round, evaluationId, cohort };
  await putState(ctx, closingKey(studyId), closing);
  emit(ctx, 'StudyClosed.v1', { studyId, evaluationId, contributors: cohort.length });
  return describeStudy(study, { participants, closing });
}

/** Whose figures stand, in the order of the state's keys. */
async function standing(
  ctx: Context,
  participants: readonly ParticipantRecord[],
): Promise<CohortMember[]> {
  const cohort: CohortMember[] = [];
  for (const { mspId, institution, contribution } of participants) {
    if (contribution === undefined) continue;
    const { ciphertextHash } = contribution;
    const { withdrawn } = await getCiphertext(ctx, ciphertextHash);
    if (withdrawn === undefined) cohort.push({ mspId, institution, ciphertextHash });
  }
  return cohort;
}
