import type { Context } from 'fabric-contract-api';
import { KeyEndorsementPolicy } from 'fabric-shim';
import {
  emit,
  getState,
  ledgerKey,
  putState,
  requireRole,
  type Caller,
  caller,
} from '@salus/chaincode-common';
import {
  addOpening,
  addRecord,
  readKey,
  requirePermitted,
  requireProfile,
} from '@salus/chaincode-computation';
import { SalusError } from '@salus/protocol';
import type { Opening } from '@salus/protocol/computation';
import {
  type CohortMember,
  type OpenResultRequest,
  type RecordResultRequest,
  type Study,
  type StudyResult,
  isRepeatedElsewhere,
  studyRule,
} from '@salus/protocol/statistics';
import { judgeSums } from '../rules/result.js';
import { requireOpeningOf } from '../rules/study.js';
import { closingKey, frozenKey, outcomeKey, repetitionKey } from '../state/keys.js';
import type {
  ClosingRecord,
  FrozenRecord,
  OutcomeRecord,
  RepetitionRecord,
} from '../state/records.js';
import { describeStudy, readOutcome, readRepeated, readStudy } from './studies.js';

/**
 * The ledger decides; with its permission the cohort is frozen. A denial is recorded too. Asked for again,
 * the result has the same opening: who contributed can't replace one that is answered.
 */
export async function requestOpening(
  ctx: Context,
  { studyId }: OpenResultRequest,
): Promise<Opening> {
  const study = await readStudy(ctx, studyId);
  const { terms } = study;
  const closing = await getState<ClosingRecord>(ctx, closingKey(studyId));
  const cohort = closing?.cohort ?? [];
  const recipients = [...terms.publishers].sort();
  const isContributor = isOf(caller(ctx), cohort);
  const outcome = await readOutcome(ctx, study);
  const isRecorded = outcome !== undefined && outcome.status !== 'OPENING';
  const repeated = await readRepeated(ctx, terms);
  const opening = await addOpening(
    ctx,
    { evaluationId: closing?.evaluationId ?? studyId, recipients, keyId: terms.keyId },
    studyRule({
      isContributor,
      cohort,
      terms,
      repeated,
      isRecorded: isRecorded || isRepeatedElsewhere(repeated, studyId),
    }),
  );
  if (!opening.permitted) return opening;
  if (repeated !== undefined && repeated.repeatedBy === undefined) {
    await putState(ctx, repetitionKey(repeated.terms.studyId), {
      studyId,
    } satisfies RepetitionRecord);
  }
  const { openingId } = opening;
  const frozen = await getState<FrozenRecord>(ctx, frozenKey(studyId));
  if (frozen?.openingId !== openingId) {
    await putState(ctx, frozenKey(studyId), { openingId } satisfies FrozenRecord);
  }
  if (outcome === undefined) await guardOutcome(ctx, studyId, recipients);
  return opening;
}

/**
 * The publishers recombine, each on its own peer, and publish what is plausible, rounded. The exact sums stay
 * with them. It is any opening of the closing: who asks for another one, in a new epoch, takes none of them away.
 * Sums that no honest figures have are refused, and the ledger tells so.
 */
export async function recordResult(
  ctx: Context,
  { studyId, openingId: named }: RecordResultRequest,
): Promise<Study> {
  requireRole(caller(ctx), 'committee');
  const study = await readStudy(ctx, studyId);
  const { terms } = study;
  const closing = await getState<ClosingRecord>(ctx, closingKey(studyId));
  const frozen = await getState<FrozenRecord>(ctx, frozenKey(studyId));
  if (closing === undefined || frozen === undefined) {
    throw new SalusError('ERR_CONFLICT', 'no opening is permitted yet', { argument: 'studyId' });
  }
  const openingId = named ?? frozen.openingId;
  requireOpeningOf(closing, (await requirePermitted(ctx, openingId)).opening);
  const { slots } = await addRecord(ctx, openingId);
  const profile = requireProfile((await readKey(ctx, terms.keyId)).profile);
  const judged = judgeSums(terms, profile, slots, closing.cohort.length);
  const outcome: OutcomeRecord =
    'defect' in judged
      ? { status: 'IMPLAUSIBLE', defect: judged.defect }
      : {
          status: 'PUBLISHED',
          result: { studyId, openingId, unit: terms.unit, ...judged.figures },
        };
  await putState(ctx, outcomeKey(studyId), outcome);
  const { status, defect } = outcome;
  const told = { studyId, openingId, status, ...(defect !== undefined && { defect }) };
  emit(ctx, 'StudyResultRecorded.v1', told);
  return describeStudy(study, { closing, frozen, outcome });
}

export async function getResult(ctx: Context, studyId: string): Promise<StudyResult> {
  const study = await readStudy(ctx, studyId);
  const result = (await readOutcome(ctx, study))?.result;
  if (result !== undefined) return result;
  throw new SalusError('ERR_NOT_FOUND', 'The study has no result', {
    argument: 'studyId',
    expected: 'a study that is published',
    got: 'none',
  });
}

function isOf({ mspId, institution, role }: Caller, cohort: readonly CohortMember[]): boolean {
  const isMember = (one: CohortMember) => one.mspId === mspId && one.institution === institution;
  return role === 'analyst' && cohort.some(isMember);
}

/** From here on only the publishers together say what became of the study. */
async function guardOutcome(
  ctx: Context,
  studyId: string,
  recorders: readonly string[],
): Promise<void> {
  await putState(ctx, outcomeKey(studyId), { status: 'OPENING' } satisfies OutcomeRecord);
  const endorsers = new KeyEndorsementPolicy();
  endorsers.addOrgs('PEER', ...recorders);
  await ctx.stub.setStateValidationParameter(
    ledgerKey(ctx, outcomeKey(studyId)),
    endorsers.getPolicy(),
  );
}
