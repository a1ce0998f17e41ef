import type { OpeningReason } from '../computation/api.js';
import type { OpeningRule } from '../computation/opening.js';
import { MINIMUM_OF_PUBLISHERS, PURPOSE, type CohortMember, type StudyTerms } from './api.js';
import { isCohort, isRepetition, type CohortTerms, type Repeated } from './cohort.js';

export interface StudyOpening {
  /** Whether an institution of the cohort asks. */
  readonly isContributor: boolean;
  readonly cohort: readonly CohortMember[];
  readonly terms: CohortTerms & Pick<StudyTerms, 'publishers'>;
  /** The study that this one does again. */
  readonly repeated: Repeated | undefined;
  /** Whether the result of an earlier opening is on record, or another study repeats the same one. */
  readonly isRecorded: boolean;
}

/**
 * Joint statistics are opened on the word of any contributor, to the publishers that the terms name, over
 * exactly the cohort that was evaluated. All publishers recombine: none misreports. None contributes: nobody
 * subtracts its own figure from exact sums, or reads a key from what it put into the opening itself.
 */
export function studyRule(study: StudyOpening): OpeningRule {
  const { isContributor, cohort, terms, repeated, isRecorded } = study;
  const publishers = new Set(terms.publishers);
  return {
    purpose: PURPOSE,
    programs: ['statistics.v1'],

    refuse(_requester, recipients, contributions): OpeningReason | undefined {
      if (cohort.length === 0) return 'NOT_EVALUATED';
      if (!isContributor) return 'REQUESTER_NOT_ENTITLED';
      const isExact =
        new Set(recipients).size === publishers.size &&
        recipients.length === publishers.size &&
        recipients.every((one) => publishers.has(one));
      const isApart = cohort.every(({ mspId }) => !publishers.has(mspId));
      const areEnough = publishers.size >= MINIMUM_OF_PUBLISHERS;
      if (!isExact || !isApart || !areEnough) return 'RECIPIENTS_NOT_ENTITLED';
      const hashes = contributions.map((one) => one.ciphertextHash);
      const isWhole =
        hashes.length === cohort.length &&
        cohort.every(({ ciphertextHash }) => hashes.includes(ciphertextHash));
      if (!isWhole) return 'NOT_EVALUATED';
      if (isRecorded) return 'ALREADY_OPENED';
      if (!isCohort(cohort, terms)) return 'COHORT_TOO_SMALL';
      const isApartEnough = repeated === undefined || isRepetition(cohort, repeated, terms);
      return isApartEnough ? undefined : 'ALREADY_OPENED';
    },

    reader: () => 'analyst',
    recorders: (recipients) => recipients,
  };
}
