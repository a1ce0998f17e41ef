import { MINIMUM_COHORT } from '../computation/opening.js';
import { MINIMUM_OF_OTHERS, type CohortMember, type StudyTerms } from './api.js';

/** How many a study asks for. */
export type CohortTerms = Pick<StudyTerms, 'minimumCohort' | 'minimumOfOthers'>;

/** Whether so many distinct institutions, of organisations enough, are in a cohort. */
export function isCohort(
  members: readonly Pick<CohortMember, 'mspId' | 'institution'>[],
  { minimumCohort, minimumOfOthers = MINIMUM_OF_OTHERS }: CohortTerms,
): boolean {
  const institutions = new Map(
    members.map(({ mspId, institution }) => [`${mspId} ${institution}`, mspId]),
  );
  const organisations = [...institutions.values()];
  return (
    organisations.length >= Math.max(minimumCohort, MINIMUM_COHORT) &&
    organisations.every(
      (own) => organisations.filter((one) => one !== own).length >= minimumOfOthers,
    )
  );
}

/** MSP IDs of a cohort's organisations, each once: they all learn the result. */
export function organisationsOf(members: readonly Pick<CohortMember, 'mspId'>[]): string[] {
  return [...new Set(members.map(({ mspId }) => mspId))].sort();
}
