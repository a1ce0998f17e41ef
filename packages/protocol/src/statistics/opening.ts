import type { OpeningReason } from '../computation/api.js';
import type { OpeningRule } from '../computation/opening.js';
import { PURPOSE, type CohortMember } from './api.js';
import { isCohort, organisationsOf, type CohortTerms } from './cohort.js';

export interface StudyOpening {
  /** Whether an institution of the cohort asks. */
  readonly isContributor: boolean;
  readonly cohort: readonly CohortMember[];
  readonly terms: CohortTerms;
  /** Whether the result of an earlier opening is on record. */
  readonly isRecorded: boolean;
}

/**
 * Joint statistics are opened on the word of any contributor, to all contributors' organisations, over
 * exactly the cohort that was evaluated. All of the organisations recombine: none misreports.
 */
export function studyRule(study: StudyOpening): OpeningRule {
  const { isContributor, cohort, terms, isRecorded } = study;
  const entitled = organisationsOf(cohort);
  return {
    purpose: PURPOSE,
    programs: ['statistics.v1'],
    // Institutions count here, several to an organisation: see isCohort.
    minimumCohort: 1,

    refuse(_requester, recipients, contributions): OpeningReason | undefined {
      if (cohort.length === 0) return 'NOT_EVALUATED';
      if (!isContributor) return 'REQUESTER_NOT_ENTITLED';
      const isExact =
        recipients.length === entitled.length && entitled.every((one) => recipients.includes(one));
      if (!isExact) return 'RECIPIENTS_NOT_ENTITLED';
      const hashes = contributions.map((one) => one.ciphertextHash);
      const isWhole =
        hashes.length === cohort.length &&
        cohort.every(({ ciphertextHash }) => hashes.includes(ciphertextHash));
      if (!isWhole) return 'NOT_EVALUATED';
      if (isRecorded) return 'ALREADY_OPENED';
      return isCohort(cohort, terms) ? undefined : 'COHORT_TOO_SMALL';
    },

    reader: () => 'analyst',
    recorders: (recipients) => recipients,
  };
}
