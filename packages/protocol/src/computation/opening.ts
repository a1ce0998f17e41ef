import type { CollectiveKey, Evaluation, OpeningReason, RegisteredCiphertext } from './api.js';
import type { ProgramName } from './programs.js';

/** Who asks for an opening. */
export interface OpeningRequester {
  readonly mspId: string;
  readonly role: string | undefined;
}

/** What a purpose adds to the rules that hold for every opening. */
export interface OpeningRule {
  readonly purpose: string;
  /** Only what these programs, and no others, computed is opened. */
  readonly programs: readonly ProgramName[];
  /**
   * Refuses requester, recipients or contributors; undefined where nothing is against the opening. The
   * result determines who is entitled to receive it: nobody chooses among them.
   */
  refuse(
    requester: OpeningRequester,
    recipients: readonly string[],
    contributions: readonly RegisteredCiphertext[],
  ): OpeningReason | undefined;
  /** The role that reads for a recipient: members seal to it, and stores serve it. */
  reader(recipient: string): string;
  /**
   * The recipients that recombine and endorse what was opened; two or more, so that none misreports. Who
   * asks does not matter: it could keep the result off the record.
   */
  recorders(recipients: readonly string[]): readonly string[];
}

/** What a contribution was opened with before. */
export interface ContributionMarker {
  readonly evaluationId: string;
  readonly resultHash: string;
}

export interface OpeningQuestion {
  readonly requester: OpeningRequester;
  readonly recipients: readonly string[];
  readonly key: Pick<CollectiveKey, 'status' | 'slotBudget'>;
  /** Undefined where nothing was evaluated yet. */
  readonly evaluation: Evaluation | undefined;
  /** What went into the evaluation, as often as it did. */
  readonly contributions: readonly RegisteredCiphertext[];
  /** For each of the contributions, what it has been opened with before. */
  readonly markers: readonly (ContributionMarker | undefined)[];
  readonly slots: number;
  readonly openedSlots: number;
}

/**
 * Whether everything in a result was opened in it before. Members then answer with the smudging noise of
 * before, in the same epoch: nothing more is learnt, and nothing is counted again.
 */
export function isAgain(markers: OpeningQuestion['markers']): boolean {
  return markers.every((marker) => marker !== undefined);
}

/**
 * Whether a result may be opened. A contributor's measure of a period enters one opened result ever: two
 * results that share contributors subtract to single values. The same result may be asked for again, see
 * {@link isAgain}.
 */
export function decideOpening(question: OpeningQuestion, rule: OpeningRule): OpeningReason {
  const { requester, recipients, key, evaluation, contributions, markers } = question;
  const refusal = rule.refuse(requester, recipients, contributions);
  if (refusal !== undefined) return refusal;
  if (key.status !== 'ACTIVE') return 'KEY_NOT_ACTIVE';
  if (evaluation === undefined) return 'NOT_EVALUATED';
  if (!isOpenable(evaluation, rule)) return 'PROGRAM_NOT_OPENABLE';
  const distinct = new Set(contributions.map((one) => one.ciphertextHash));
  if (distinct.size !== contributions.length) return 'INPUT_REPEATED';
  if (contributions.some((one) => one.withdrawn !== undefined)) return 'INPUT_WITHDRAWN';
  const { resultHash } = evaluation;
  if (markers.some((marker) => marker !== undefined && marker.resultHash !== resultHash)) {
    return 'ALREADY_OPENED';
  }
  if (!isOneMeasure(contributions)) return 'MEASURES_DIFFER';
  if (!isAgain(markers) && question.openedSlots + question.slots > key.slotBudget) {
    return 'SLOT_BUDGET_EXHAUSTED';
  }
  return 'ENTITLED';
}

/** The purpose must allow every program: those of release 0.1.0 that this one does not know are no purpose's. */
function isOpenable({ programs }: Evaluation, rule: OpeningRule): boolean {
  return programs.every((name) => rule.programs.includes(name));
}

/** Small figures of another measure, or known ones, would be no cohort for a large figure to hide in. */
function isOneMeasure(contributions: readonly RegisteredCiphertext[]): boolean {
  const measures = contributions.map(({ measure, period }) => JSON.stringify([measure, period]));
  return new Set(measures).size <= 1;
}

/**
 * How many slots of a result recipients get, from the first on. Each contributor's proof is bound to the number that
 * its purpose uses, and none shows more of the others. What release 0.1.0 took has no proof: all slots are shown.
 */
export function shownSlotsOf(
  contributions: readonly Pick<RegisteredCiphertext, 'proof'>[],
  degree: number,
): number {
  return Math.min(...contributions.map(({ proof }) => proof?.slots ?? degree), degree);
}

/** Slots that an opening of a program's result counts: all that a ciphertext has. */
export function slotsOf(_program: Evaluation['program'], degree: number): number {
  return degree;
}
