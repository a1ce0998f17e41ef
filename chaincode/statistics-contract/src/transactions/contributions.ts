import type { Context } from 'fabric-contract-api';
import {
  deleteState,
  emit,
  getState,
  putState,
  requireState,
  transactionTime,
} from '@salus/chaincode-common';
import {
  addCiphertexts,
  annulOpenings,
  getCiphertext,
  hashedTransient,
  publicKeyOf,
  readKey,
  requireProfile,
  withdrawCiphertext,
} from '@salus/chaincode-computation';
import { SalusError } from '@salus/protocol';
import { TRANSIENT } from '@salus/protocol/computation';
import {
  aboutFigure,
  type ContributeRequest,
  type DropOutRequest,
  type Participant,
} from '@salus/protocol/statistics';
import {
  addPeriod,
  leave,
  removePeriod,
  requireCommitted,
  requireCommittee,
  requireContributing,
  requireCurrent,
  requireProvable,
  requireTerms,
} from '../rules/study.js';
import { contributedKey, frozenKey, participantKey, repetitionKey } from '../state/keys.js';
import type {
  ContributedRecord,
  FrozenRecord,
  ParticipantRecord,
  StudyRecord,
} from '../state/records.js';
import { requireAnalyst, type Analyst } from './analyst.js';
import { describeParticipant, readAnyStudy, readOutcome, readPhase, readStudy } from './studies.js';

/**
 * Takes the packed figure that an institution committed to when it joined. The proof binds it to the
 * analyst who joined, the transaction's signature to who contributed and when. Nobody can tell it from a
 * lie, but its square and bins have to fit all others' once opened.
 */
export async function contribute(
  ctx: Context,
  { studyId, ciphertextHash, proofHash }: ContributeRequest,
): Promise<Participant> {
  const who = requireAnalyst(ctx);
  const study = await readStudy(ctx, studyId);
  const at = transactionTime(ctx);
  requireContributing(study, await readPhase(ctx, studyId), at);
  const participant = await readParticipant(ctx, studyId, who);
  requireTerms(study, participant.termsHash);
  requireCommitted(participant, ciphertextHash);
  if (participant.contribution !== undefined) {
    throw new SalusError('ERR_ALREADY_EXISTS', 'the institution has contributed already', {
      argument: 'studyId',
    });
  }
  const { measure, period, keyId } = study.terms;
  const taken = contributedKey(who.mspId, who.institution, measure);
  const contributed = await getState<ContributedRecord>(ctx, taken);
  const periods = addPeriod(contributed, period, studyId, study.repeated ?? []);
  const key = await readKey(ctx, keyId);
  requireCommittee(study.terms, key);
  const bytes = hashedTransient(ctx, TRANSIENT.ciphertext, ciphertextHash);
  const proof = hashedTransient(ctx, TRANSIENT.proof, proofHash);
  const { joinedBy, epoch } = requireProvable(participant);
  const contributor = { mspId: who.mspId, id: joinedBy };
  const figure = aboutFigure(study.terms, requireProfile(key.profile));
  const about = { keyId, epoch, ...figure, contributor };
  await addCiphertexts(ctx, key, about, {
    ciphertexts: [{ hash: ciphertextHash, bytes }],
    proof: { hash: proofHash, bytes: proof },
    publicKey: publicKeyOf(ctx, key),
  });
  const contribution = { ciphertextHash, proofHash, by: who.id, at };
  const changed: ParticipantRecord = { ...participant, contribution };
  await putState(ctx, participantKey(studyId, who.mspId, who.institution), changed);
  await putState(ctx, taken, periods);
  const { mspId, institution } = who;
  emit(ctx, 'FigureContributed.v1', { studyId, mspId, institution, ciphertextHash });
  return describeParticipant(changed);
}

/**
 * Takes an institution's figure out again, as long as the cohort is not frozen, or was in vain. Of an implausible study it
 * tells that the own figure was wrong: the others may repeat the study without it.
 */
export async function dropOut(
  ctx: Context,
  { studyId, reason }: DropOutRequest,
): Promise<Participant> {
  const who = requireAnalyst(ctx);
  const study = await readAnyStudy(ctx, studyId);
  const participant = await readParticipant(ctx, studyId, who);
  const outcome = await readOutcome(ctx, study);
  if (outcome !== undefined && outcome.status !== 'OPENING') {
    const left = leave(participant, outcome, transactionTime(ctx));
    await putState(ctx, participantKey(studyId, who.mspId, who.institution), left);
    const { mspId, institution } = who;
    emit(ctx, 'StudyLeft.v1', { studyId, mspId, institution });
    return describeParticipant(left);
  }
  const { contribution, ...rest } = participant;
  if (contribution === undefined) {
    throw new SalusError('ERR_CONFLICT', 'the institution has contributed nothing', {
      argument: 'studyId',
    });
  }
  await thaw(ctx, study);
  const { ciphertextHash } = contribution;
  const { withdrawn } = await getCiphertext(ctx, ciphertextHash);
  if (withdrawn === undefined) await withdrawCiphertext(ctx, { ciphertextHash, reason });
  const taken = contributedKey(who.mspId, who.institution, study.terms.measure);
  const periods = removePeriod(await getState<ContributedRecord>(ctx, taken), studyId);
  await putState(ctx, taken, periods);
  await putState(ctx, participantKey(studyId, who.mspId, who.institution), rest);
  const { mspId, institution } = who;
  emit(ctx, 'FigureWithdrawn.v1', { studyId, mspId, institution, ciphertextHash });
  return describeParticipant(rest);
}

/**
 * A cohort that nobody was shown anything of may lose a figure after all. Otherwise a contributor that keeps its
 * proof from the committee would hold the others' figures for ever.
 * @throws SalusError ERR_CONFLICT
 */
async function thaw(ctx: Context, study: StudyRecord): Promise<void> {
  const { studyId, repeats } = study.terms;
  const frozen = await getState<FrozenRecord>(ctx, frozenKey(studyId));
  if (frozen === undefined) return;
  requireCurrent(study);
  await annulOpenings(ctx, frozen.openingId);
  await deleteState(ctx, frozenKey(studyId));
  if (repeats !== undefined) await deleteState(ctx, repetitionKey(repeats));
}

async function readParticipant(
  ctx: Context,
  studyId: string,
  { mspId, institution }: Analyst,
): Promise<ParticipantRecord> {
  const at = participantKey(studyId, mspId, institution);
  return await requireState<ParticipantRecord>(ctx, at, 'participant');
}
