import type { KeyRecord } from '@salus/chaincode-computation';
import type { Profile } from '@salus/compute';
import { canonicalJson, conflict, invalidArgument, SalusError } from '@salus/protocol';
import {
  isCohort,
  isRepetition,
  LEAST_COALITION,
  MAXIMUM_COHORT,
  MAXIMUM_REPETITIONS,
  MINIMUM_OF_OTHERS,
  PURPOSE,
  type InstitutionOf,
  type OpenStudyRequest,
  type Repeated,
  type StudyStatus,
  type StudyTerms,
} from '@salus/protocol/statistics';
import type {
  ClosingRecord,
  ContributedRecord,
  FrozenRecord,
  JoiningEndedRecord,
  OutcomeRecord,
  ParticipantRecord,
  ShownRecord,
  StudyRecord,
} from '../state/records.js';
import { overlap } from './period.js';
import { leastStepOf } from './rounding.js';

/** What is asked for, with every choice told, and the committee that the ledger knows of the key. */
export function termsOf(
  request: OpenStudyRequest,
  { committee, publicKeyHash = '' }: KeyRecord,
): StudyTerms {
  const {
    minimumOfOthers = MINIMUM_OF_OTHERS,
    coalition = LEAST_COALITION,
    step = leastStepOf(request.range),
  } = request;
  return {
    ...request,
    minimumOfOthers,
    coalition,
    step,
    committee: inOrder(committee),
    publicKeyHash,
  };
}

/** A committee in the one order in which terms name it. */
function inOrder({ members, threshold }: StudyTerms['committee']): StudyTerms['committee'] {
  return { members: [...members].sort(), threshold };
}

/** @throws SalusError ERR_INVALID_ARGUMENT, ERR_CONFLICT */
export function checkTerms(terms: StudyTerms, key: KeyRecord, profile: Profile, now: string): void {
  const { range, kind, deadline, step } = terms;
  if (key.purpose !== PURPOSE || key.status !== 'ACTIVE') {
    throw new SalusError('ERR_CONFLICT', `key ${key.keyId} is not for joint statistics now`, {
      argument: 'keyId',
      expected: `${PURPOSE}, ACTIVE`,
      got: `${key.purpose}, ${key.status}`,
    });
  }
  const { least, most } = range;
  if (least >= most || least < -profile.maxValue || most > profile.maxValue) {
    const expected = `least below most, from -${profile.maxValue} to ${profile.maxValue}`;
    throw invalidArgument('range', expected, `${least} to ${most}`);
  }
  const end = Date.parse(deadline);
  if (end <= Date.parse(now) || end > Date.parse(key.validTo)) {
    throw invalidArgument('deadline', `after ${now}, at the latest ${key.validTo}`, deadline);
  }
  const leastStep = leastStepOf(range);
  if (step < leastStep) throw invalidArgument('step', `at least ${leastStep}`, String(step));
  if (kind.name === 'histogram') checkEdges(kind.edges, terms);
}

/** A bin is as wide as so many steps at least: narrower ones would tell what the rounding hides. */
const STEPS_OF_A_BIN = 10;

function checkEdges(edges: readonly number[], { range, step }: StudyTerms): void {
  const { least, most } = range;
  const width = step * STEPS_OF_A_BIN;
  const bounds = [least, ...edges, most + 1];
  const areWide = bounds.every((bound, index) => bound - (bounds[index - 1] ?? -Infinity) >= width);
  if (areWide) return;
  const expected = `ascending from ${least} to ${most}, bins at least ${width} wide`;
  throw invalidArgument('kind.edges', expected, edges.join(', '));
}

/**
 * Publishers know the exact sums. Who contributes and publishes subtracts its own figures from them.
 * @throws SalusError ERR_FORBIDDEN
 */
export function requireNoPublisher(
  { publishers }: Pick<StudyTerms, 'publishers'>,
  mspId: string,
): void {
  if (!publishers.includes(mspId)) return;
  throw new SalusError('ERR_FORBIDDEN', 'the organisation publishes the study', {
    argument: 'caller',
    expected: `an organisation other than ${publishers.join(', ')}`,
    got: mspId,
  });
}

/**
 * An institution agreed to have its figure opened by the committee of the terms, and no other.
 * @throws SalusError ERR_CONFLICT
 */
export function requireCommittee(terms: StudyTerms, { committee, publicKeyHash }: KeyRecord): void {
  const agreed = canonicalJson([terms.committee, terms.publicKeyHash]);
  const found = canonicalJson([inOrder(committee), publicKeyHash]);
  if (agreed === found) return;
  throw conflict(
    'keyId',
    `key ${terms.keyId} is not held by the committee that the terms name`,
    agreed,
    found,
  );
}

/** @throws SalusError ERR_CONFLICT for a study of release 0.1.0, whose terms name no publishers */
export function requireCurrent<T extends { readonly terms: Partial<StudyTerms> }>(study: T): T {
  if (study.terms.publishers !== undefined) return study;
  throw conflict(
    'studyId',
    'an earlier release opened the study; open another one in its place',
    'terms that name publishers and committee',
    'none',
  );
}

/**
 * A study may do an implausible one again, over the same figures. {@link isRepetition} says with whom.
 * @throws SalusError ERR_INVALID_ARGUMENT, ERR_CONFLICT
 */
export function requireRepeatable(
  terms: StudyTerms,
  { terms: earlier, repeated = [] }: StudyRecord,
  outcome: OutcomeRecord | undefined,
): void {
  if (outcome?.status !== 'IMPLAUSIBLE') {
    const got = outcome?.status ?? 'none';
    throw conflict('repeats', 'only an implausible study is repeated', 'IMPLAUSIBLE', got);
  }
  if (repeated.length >= MAXIMUM_REPETITIONS) {
    throw conflict(
      'repeats',
      'the figures were opened too often',
      `at most ${MAXIMUM_REPETITIONS} repetitions`,
      `${repeated.length}`,
    );
  }
  const [agreed, found] = [earlier, terms].map(({ measure, period, unit, range }) =>
    canonicalJson({ measure, period, unit, range }),
  ) as [string, string];
  if (agreed !== found) throw invalidArgument('repeats', `a study of ${found}`, agreed);
}

/** @throws SalusError ERR_COHORT_TOO_SMALL */
export function requireCohort(institutions: readonly InstitutionOf[], terms: StudyTerms): void {
  if (isCohort(institutions, terms)) return;
  const { minimumCohort, minimumOfOthers, coalition } = terms;
  const pooling = coalition === 1 ? 'each organisation' : `any ${coalition} organisations`;
  throw new SalusError('ERR_COHORT_TOO_SMALL', 'too few institutions take part', {
    argument: 'studyId',
    expected: `${minimumCohort} or more, and for ${pooling} ${minimumOfOthers} of others`,
    got: `${institutions.length}`,
  });
}

/**
 * Nobody evaluates more figures than a sum has room for: one institution too many would leave all others' in a
 * study that cannot be closed.
 */
export function noRoomToJoin(): SalusError {
  return new SalusError('ERR_COHORT_TOO_LARGE', 'the study has no room for another institution', {
    argument: 'studyId',
    expected: `at most ${MAXIMUM_COHORT} institutions`,
    got: `${MAXIMUM_COHORT}, and one more`,
  });
}

/** @throws SalusError ERR_COHORT_TOO_SMALL where the difference to the repeated study would tell a figure */
export function requireRepetition(
  cohort: readonly InstitutionOf[],
  repeated: Repeated | undefined,
  terms: StudyTerms,
): void {
  if (repeated === undefined || isRepetition(cohort, repeated, terms)) return;
  throw new SalusError(
    'ERR_COHORT_TOO_SMALL',
    'the cohort differs from that of the repeated study by too few institutions',
    {
      argument: 'studyId',
      expected: `the institutions of ${terms.repeats ?? ''} that did not leave it`,
      got: `${cohort.length} institutions, others among them or missing`,
    },
  );
}

/** How far a study has come that isn't evaluated yet. */
export interface Phase {
  readonly joiningEnded: JoiningEndedRecord | undefined;
  readonly closing: ClosingRecord | undefined;
}

/**
 * Who joins later than the first contribution is shown could commit to one that is made of it. A record
 * ends joining, as a client sets its transaction's time.
 * @throws SalusError ERR_CONFLICT
 */
export function requireJoining(study: StudyRecord, phase: Phase, now: string): void {
  requireOpen(study, phase, now);
  if (phase.joiningEnded !== undefined) {
    throw conflict('studyId', 'nobody joins the study any more', 'JOINING', 'CONTRIBUTING');
  }
}

/**
 * What was shown of one study can be made into a contribution to another under the same key.
 * @throws SalusError ERR_CONFLICT
 */
export function requireUnshown(keyId: string, shown: ShownRecord | undefined): void {
  if (shown === undefined) return;
  throw new SalusError('ERR_CONFLICT', 'contributions under the key were shown in another study', {
    argument: 'keyId',
    expected: 'a key under which nothing was contributed',
    got: `${keyId}, in study ${shown.studyId}`,
  });
}

/** @throws SalusError ERR_FORBIDDEN */
export function requireOpener({ openedBy }: StudyRecord, by: StudyRecord['openedBy']): void {
  if (by.mspId === openedBy.mspId && by.institution === openedBy.institution) return;
  throw new SalusError('ERR_FORBIDDEN', "the study's opener ends joining", {
    argument: 'caller',
    expected: `${openedBy.institution} of ${openedBy.mspId}`,
    got: `${by.institution} of ${by.mspId}`,
  });
}

/** @throws SalusError ERR_CONFLICT as long as somebody may join, or once the study is closed */
export function requireContributing(study: StudyRecord, phase: Phase, now: string): void {
  requireOpen(study, phase, now);
  if (phase.joiningEnded === undefined) {
    throw conflict('studyId', 'institutions may still join the study', 'CONTRIBUTING', 'JOINING');
  }
}

function requireOpen({ terms: { deadline } }: StudyRecord, { closing }: Phase, now: string): void {
  if (closing !== undefined) throw conflict('studyId', 'the study is closed', 'JOINING', 'CLOSED');
  if (Date.parse(now) > Date.parse(deadline)) {
    throw conflict('studyId', 'the deadline is over', `at the latest ${deadline}`, now);
  }
}

/**
 * A contribution is what its institution committed to when it joined.
 * @throws SalusError ERR_HASH_MISMATCH
 */
export function requireCommitted({ committed }: ParticipantRecord, ciphertextHash: string): void {
  if (ciphertextHash === committed) return;
  throw new SalusError('ERR_HASH_MISMATCH', 'the institution committed to another ciphertext', {
    argument: 'ciphertextHash',
    expected: committed,
    got: ciphertextHash,
  });
}

/**
 * What the proof of a contribution is bound to. Who joined by a release before 0.2.0 has no proof to show.
 * @throws SalusError ERR_CONFLICT
 */
export function requireProvable({
  joinedBy,
  epoch,
}: Pick<ParticipantRecord, 'joinedBy' | 'epoch'>): {
  readonly joinedBy: string;
  readonly epoch: number;
} {
  if (joinedBy !== undefined && epoch !== undefined) return { joinedBy, epoch };
  const message = 'the institution joined by a release without proofs';
  throw conflict('studyId', message, 'a study that was joined since 0.2.0', 'an earlier one');
}

/** @throws SalusError ERR_HASH_MISMATCH */
export function requireTerms({ termsHash }: StudyRecord, agreed: string): void {
  if (agreed === termsHash) return;
  throw new SalusError('ERR_HASH_MISMATCH', 'the study has other terms than those agreed to', {
    argument: 'termsHash',
    expected: termsHash,
    got: agreed,
  });
}

/**
 * An institution's figure of a period is in one study at a time, and in one opened result ever, but for the
 * implausible ones that the study repeats.
 * @throws SalusError ERR_ALREADY_EXISTS
 */
export function addPeriod(
  contributed: ContributedRecord | undefined,
  period: string,
  studyId: string,
  repeated: readonly string[],
): ContributedRecord {
  const periods = contributed?.periods ?? [];
  const taken = periods.find(
    (one) => overlap(one.period, period) && !repeated.includes(one.studyId),
  );
  if (taken !== undefined) {
    throw new SalusError('ERR_ALREADY_EXISTS', 'the measure of this period is in a study already', {
      argument: 'period',
      expected: 'a period without a contribution of this measure',
      got: `${taken.period} in study ${taken.studyId}`,
    });
  }
  return { periods: [...periods, { period, studyId }] };
}

export function removePeriod(
  contributed: ContributedRecord | undefined,
  studyId: string,
): ContributedRecord {
  return { periods: (contributed?.periods ?? []).filter((one) => one.studyId !== studyId) };
}

/**
 * Who finds its own figure wrong leaves an implausible study, so that the others may repeat it without it.
 * @throws SalusError ERR_CONFLICT unless the study is implausible, and the institution contributed to it
 */
export function leave(
  participant: ParticipantRecord,
  outcome: OutcomeRecord | undefined,
  at: string,
): ParticipantRecord {
  if (participant.contribution === undefined || participant.leftAt !== undefined) {
    throw conflict('studyId', 'the institution has no figure in the study', 'a figure', 'none');
  }
  if (outcome?.status !== 'IMPLAUSIBLE') {
    const got = outcome?.status ?? 'none';
    throw conflict('studyId', 'the cohort is frozen', 'a study that is not opened', got);
  }
  return { ...participant, leftAt: at };
}

/** @throws SalusError ERR_CONFLICT where something else was opened than the study's latest evaluation */
export function requireOpeningOf(
  { evaluationId }: Pick<ClosingRecord, 'evaluationId'>,
  opening: { readonly evaluationId: string },
): void {
  if (opening.evaluationId === evaluationId) return;
  const message = 'the opening is not one of the study';
  throw conflict('openingId', message, evaluationId, opening.evaluationId);
}

/** @throws SalusError ERR_CONFLICT once the cohort is frozen */
export function requireNotFrozen(frozen: FrozenRecord | undefined): void {
  if (frozen === undefined) return;
  throw conflict('studyId', 'the cohort is frozen', 'a study that is not opened', frozen.openingId);
}

/**
 * The opener may close a study early; after the deadline every participant may. A closed study is
 * evaluated again when somebody of the cohort dropped out.
 * @throws SalusError ERR_FORBIDDEN, ERR_CONFLICT
 */
export function requireMayClose(
  study: StudyRecord,
  by: { readonly participant: ParticipantRecord | undefined; readonly isOpener: boolean },
  previous: { readonly closing: ClosingRecord | undefined; readonly hasLost: boolean },
  now: string,
): void {
  const { deadline } = study.terms;
  const isOver = previous.closing !== undefined || Date.parse(now) > Date.parse(deadline);
  if (!by.isOpener && !(isOver && by.participant?.contribution !== undefined)) {
    throw new SalusError('ERR_FORBIDDEN', 'the opener closes the study before its deadline', {
      argument: 'caller',
      expected: `the opener; from ${deadline} on any contributor`,
    });
  }
  if (previous.closing !== undefined && !previous.hasLost) {
    throw conflict(
      'studyId',
      'the study is closed, and nobody has dropped out',
      'CONTRIBUTING',
      'CLOSED',
    );
  }
}

/** How far a study has come, by the records that are there. */
export function statusOf(
  { joiningEnded, closing }: Phase,
  frozen: FrozenRecord | undefined,
  outcome: OutcomeRecord | undefined,
): StudyStatus {
  if (outcome !== undefined && outcome.status !== 'OPENING') return outcome.status;
  if (frozen !== undefined) return 'FROZEN';
  if (closing !== undefined) return 'CLOSED';
  return joiningEnded === undefined ? 'JOINING' : 'CONTRIBUTING';
}
