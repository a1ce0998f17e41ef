import { MINIMUM_COHORT, type OpeningRule } from './opening.js';
import type { ComputationPurpose } from './purpose.js';

/**
 * Joint statistics: organisations learn figures of their whole cohort. Asked for by one that
 * contributed, for all organisations that contributed. Weights and differences are not opened: they
 * would single a contributor out.
 */
export const statisticsRule: OpeningRule = {
  purpose: 'statistics',
  programs: ['sum.v1', 'statistics.v1', 'histogram.v1', 'mask.v1'],
  minimumCohort: MINIMUM_COHORT,

  refuse({ mspId, role }, recipients, contributions) {
    const contributors = new Set(contributions.map(({ contributor }) => contributor.mspId));
    if (role === undefined || !contributors.has(mspId)) return 'REQUESTER_NOT_ENTITLED';
    const isExact =
      recipients.length === contributors.size &&
      recipients.every((recipient) => contributors.has(recipient));
    return isExact ? undefined : 'RECIPIENTS_NOT_ENTITLED';
  },

  reader: () => 'analyst',

  /** All of them: each can contradict what another reports. */
  recorders: (recipients) => recipients,
};

/** Statistics on keys of their own, by the rule above. */
export const statisticsPurpose: ComputationPurpose<unknown> = {
  purpose: statisticsRule.purpose,
  openingRule: statisticsRule,
};
