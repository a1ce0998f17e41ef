import type {
  CohortMember,
  Contribution,
  Defect,
  StudyResult,
  StudyTerms,
} from '@salus/protocol/statistics';

/** What the state holds; the contract's answers (`@salus/protocol/statistics`) are put together from these. */

export interface StudyRecord {
  readonly terms: StudyTerms;
  readonly termsHash: string;
  readonly openedBy: { readonly mspId: string; readonly institution: string };
  readonly openedAt: string;
  /** The implausible studies of the same figures before this one. */
  readonly repeated?: readonly string[];
}

export interface ParticipantRecord {
  readonly mspId: string;
  readonly institution: string;
  /** The terms that were agreed to. */
  readonly termsHash: string;
  readonly joinedAt: string;
  /** The analyst whose certificate the contribution is proven for. Absent before 0.2.0. */
  readonly joinedBy?: string;
  /** Of the key, when the contribution was made. Absent before 0.2.0. */
  readonly epoch?: number;
  /** Hash of the ciphertext to come. */
  readonly committed: string;
  readonly contribution?: Contribution;
  /** When it left an implausible study. */
  readonly leftAt?: string;
}

export interface JoiningEndedRecord {
  readonly at: string;
}

/** By the first study of a key of which joining ended. */
export interface ShownRecord {
  readonly studyId: string;
}

/** Periods of an institution's measure that are in a study. */
export interface ContributedRecord {
  readonly periods: readonly { readonly period: string; readonly studyId: string }[];
}

export interface ClosingRecord {
  /** 1, and one more each time that somebody dropped out after it. */
  readonly round: number;
  readonly evaluationId: string;
  readonly cohort: readonly CohortMember[];
}

export interface FrozenRecord {
  readonly openingId: string;
}

/** The study that repeats an implausible one. */
export interface RepetitionRecord {
  readonly studyId: string;
}

/** Carries a key-level endorsement policy of its own. */
export interface OutcomeRecord {
  readonly status: 'OPENING' | 'PUBLISHED' | 'IMPLAUSIBLE';
  readonly defect?: Defect;
  readonly result?: StudyResult;
}
