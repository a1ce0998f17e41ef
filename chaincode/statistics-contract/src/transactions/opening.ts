import type { Context } from 'fabric-contract-api';
import { KeyEndorsementPolicy } from 'fabric-shim';
import {
  emit,
  getPrivate,
  getState,
  ledgerKey,
  putPrivate,
  putState,
  type Caller,
  caller,
} from '@salus/chaincode-common';
import { addOpening, addRecord, readKey, requireProfile } from '@salus/chaincode-computation';
import { SalusError } from '@salus/protocol';
import type { Opening } from '@salus/protocol/computation';
import {
  type CohortMember,
  type OpenResultRequest,
  type Study,
  type StudyResult,
  organisationsOf,
  studyRule,
} from '@salus/protocol/statistics';
import { judgeSums } from '../rules/result.js';
import { closingKey, collectionOf, frozenKey, outcomeKey, resultKey } from '../state/keys.js';
import type { ClosingRecord, FrozenRecord, OutcomeRecord } from '../state/records.js';
import { requireAnalyst } from './analyst.js';
import { describeStudy, readStudy } from './studies.js';

/**
 * The ledger decides; with its permission the cohort is frozen. A denial is recorded too. Asked for again,
 * the result has the same opening: who contributed can't replace one that is answered.
 */
export async function requestOpening(
  ctx: Context,
  { studyId }: OpenResultRequest,
): Promise<Opening> {
  const { terms } = await readStudy(ctx, studyId);
  const closing = await getState<ClosingRecord>(ctx, closingKey(studyId));
  const cohort = closing?.cohort ?? [];
  const recipients = organisationsOf(cohort);
  const isContributor = isOf(caller(ctx), cohort);
  const outcome = await getState<OutcomeRecord>(ctx, outcomeKey(studyId));
  const isRecorded = outcome !== undefined && outcome.status !== 'OPENING';
  const opening = await addOpening(
    ctx,
    { evaluationId: closing?.evaluationId ?? studyId, recipients, keyId: terms.keyId },
    studyRule({ isContributor, cohort, terms, isRecorded }),
  );
  if (!opening.permitted) return opening;
  const { openingId } = opening;
  const frozen = await getState<FrozenRecord>(ctx, frozenKey(studyId));
  if (frozen?.openingId !== openingId) {
    await putState(ctx, frozenKey(studyId), { openingId } satisfies FrozenRecord);
  }
  if (outcome === undefined) await guardOutcome(ctx, studyId, recipients);
  return opening;
}

/**
 * The contributors' organisations recombine, each on its own peer, and keep what is plausible as
 * private data of their own. Sums that no honest figures have are refused, and the ledger tells so.
 */
export async function recordResult(ctx: Context, studyId: string): Promise<Study> {
  requireAnalyst(ctx);
  const study = await readStudy(ctx, studyId);
  const { terms } = study;
  const closing = await getState<ClosingRecord>(ctx, closingKey(studyId));
  const frozen = await getState<FrozenRecord>(ctx, frozenKey(studyId));
  if (closing === undefined || frozen === undefined) {
    throw new SalusError('ERR_CONFLICT', 'no opening is permitted yet', { argument: 'studyId' });
  }
  const { openingId } = frozen;
  const { slots, values } = await addRecord(ctx, openingId);
  const profile = requireProfile((await readKey(ctx, terms.keyId)).profile);
  const judged = judgeSums(terms, profile, slots, closing.cohort.length);
  const outcome: OutcomeRecord =
    'defect' in judged ? { status: 'IMPLAUSIBLE', defect: judged.defect } : { status: 'PUBLISHED' };
  if ('figures' in judged) {
    const result: StudyResult = { studyId, unit: terms.unit, ...judged.figures, ...values };
    for (const mspId of organisationsOf(closing.cohort)) {
      await putPrivate(ctx, collectionOf(mspId), resultKey(studyId), result);
    }
  }
  await putState(ctx, outcomeKey(studyId), outcome);
  emit(ctx, 'StudyResultRecorded.v1', { studyId, openingId, ...outcome });
  return describeStudy(study, { closing, frozen, outcome });
}

/** From the collection of the caller's organisation, which its own peer alone has. */
export async function getResult(ctx: Context, studyId: string): Promise<StudyResult> {
  const { mspId } = requireAnalyst(ctx);
  const found = await getPrivate<StudyResult>(ctx, collectionOf(mspId), resultKey(studyId));
  if (found !== undefined) return found;
  throw new SalusError('ERR_NOT_FOUND', 'There is no result of the study for this organisation', {
    argument: 'studyId',
    expected: 'a study with a result to which the organisation contributed',
    got: 'none',
  });
}

function isOf({ mspId, institution, role }: Caller, cohort: readonly CohortMember[]): boolean {
  const isMember = (one: CohortMember) => one.mspId === mspId && one.institution === institution;
  return role === 'analyst' && cohort.some(isMember);
}

/** From here on only the contributors' organisations together say what became of the study. */
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
