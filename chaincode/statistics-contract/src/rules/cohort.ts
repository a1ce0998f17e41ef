import { MINIMUM_COHORT, type CohortMember } from '../api.js';

/**
 * Organisations may run several institutions, and could pool what these contribute. So many
 * institutions of others are in a cohort for every organisation, that the rest of a sum hides each.
 */
export const MINIMUM_OF_OTHERS = 3;

/** Whether so many distinct institutions, of organisations enough, are in a cohort. */
export function isCohort(
  members: readonly Pick<CohortMember, 'mspId' | 'institution'>[],
  minimum: number,
): boolean {
  const institutions = new Map(
    members.map(({ mspId, institution }) => [`${mspId} ${institution}`, mspId]),
  );
  const organisations = [...institutions.values()];
  return (
    organisations.length >= Math.max(minimum, MINIMUM_COHORT) &&
    organisations.every(
      (own) => organisations.filter((one) => one !== own).length >= MINIMUM_OF_OTHERS,
    )
  );
}

/** MSP IDs of a cohort's organisations, each once: they all learn the result. */
export function organisationsOf(members: readonly Pick<CohortMember, 'mspId'>[]): string[] {
  return [...new Set(members.map(({ mspId }) => mspId))].sort();
}
