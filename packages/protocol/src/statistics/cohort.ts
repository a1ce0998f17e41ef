import {
  LEAST_COALITION,
  MINIMUM_COHORT,
  MINIMUM_OF_OTHERS,
  type CohortMember,
  type Participant,
  type StudyTerms,
} from './api.js';

/** How many a study asks for. */
export type CohortTerms = Pick<StudyTerms, 'minimumCohort' | 'minimumOfOthers' | 'coalition'>;

/** An institution of an organisation. */
export type InstitutionOf = Pick<CohortMember, 'mspId' | 'institution'>;

/** Whether so many distinct institutions are in a cohort, and whoever pools faces enough of others. */
export function isCohort(members: readonly InstitutionOf[], terms: CohortTerms): boolean {
  const institutions = new Map(members.map((one) => [nameOf(one), one.mspId]));
  return (
    institutions.size >= Math.max(terms.minimumCohort, MINIMUM_COHORT) &&
    hasOthers([...institutions.values()], terms)
  );
}

/**
 * The study that another one does again, as far as it counts: its cohort, and who left since because its own
 * figure was wrong.
 */
export interface Repeated {
  readonly cohort?: readonly InstitutionOf[];
  readonly participants: readonly (InstitutionOf & Pick<Participant, 'leftAt'>)[];
  readonly terms: Pick<StudyTerms, 'repeats'>;
}

/**
 * Whether a cohort may be opened after an implausible one of the same figures. The publishers know both sums,
 * so the difference is known too. It holds nobody but institutions that left of their own will, where the
 * cohort is otherwise the same. Or it holds enough institutions of others, whoever pools: once only, as three
 * sums have more than one difference.
 */
export function isRepetition(
  cohort: readonly InstitutionOf[],
  { cohort: earlier = [], participants, terms: { repeats } }: Repeated,
  terms: CohortTerms,
): boolean {
  const left = new Set(participants.filter((one) => one.leftAt !== undefined).map(nameOf));
  const before = new Map(
    earlier.map((one) => [nameOf(one), one.mspId] as const).filter(([name]) => !left.has(name)),
  );
  const now = new Map(cohort.map((one) => [nameOf(one), one.mspId]));
  const apart = [
    ...[...before].filter(([name]) => !now.has(name)),
    ...[...now].filter(([name]) => !before.has(name)),
  ].map(([, mspId]) => mspId);
  return apart.length === 0 || (repeats === undefined && hasOthers(apart, terms));
}

/** MSP IDs of a cohort's organisations, each once. */
export function organisationsOf(members: readonly Pick<CohortMember, 'mspId'>[]): string[] {
  return [...new Set(members.map(({ mspId }) => mspId))].sort();
}

/**
 * Whether enough are left without those of the organisations that have most. What the terms say counts from
 * the safe floor upwards: members judge by terms that others may have forged.
 */
function hasOthers(
  organisations: readonly string[],
  { minimumOfOthers, coalition }: CohortTerms,
): boolean {
  const counts = [...new Set(organisations)]
    .map((mspId) => organisations.filter((one) => one === mspId).length)
    .sort((one, other) => other - one);
  const others = counts
    .slice(Math.max(coalition, LEAST_COALITION))
    .reduce((sum, count) => sum + count, 0);
  return others >= Math.max(minimumOfOthers, MINIMUM_OF_OTHERS);
}

function nameOf({ mspId, institution }: InstitutionOf): string {
  return `${mspId} ${institution}`;
}
