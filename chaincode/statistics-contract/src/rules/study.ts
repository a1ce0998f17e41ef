import type { KeyRecord } from '@salus/chaincode-computation';
import type { Profile } from '@salus/compute';
import { conflict, invalidArgument, SalusError } from '@salus/protocol';
import { PURPOSE, type StudyStatus, type StudyTerms } from '@salus/protocol/statistics';
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

/** @throws SalusError ERR_INVALID_ARGUMENT, ERR_CONFLICT */
export function checkTerms(terms: StudyTerms, key: KeyRecord, profile: Profile, now: string): void {
  const { range, kind, deadline } = terms;
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
  if (kind.name === 'histogram') checkEdges(kind.edges, range);
}

function checkEdges(edges: readonly number[], { least, most }: StudyTerms['range']): void {
  const ascending = edges.every((edge, index) => edge > (edges[index - 1] ?? least));
  if (ascending && (edges.at(-1) ?? most) <= most) return;
  throw invalidArgument(
    'kind.edges',
    `ascending, above ${least} and at most ${most}`,
    edges.join(', '),
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
 * An institution's figure of a period is in one study at a time, and in one opened result ever.
 * @throws SalusError ERR_ALREADY_EXISTS
 */
export function addPeriod(
  contributed: ContributedRecord | undefined,
  period: string,
  studyId: string,
): ContributedRecord {
  const periods = contributed?.periods ?? [];
  const taken = periods.find((one) => overlap(one.period, period));
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
