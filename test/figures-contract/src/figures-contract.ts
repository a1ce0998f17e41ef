import { ComputationContract } from '@salus/chaincode-computation';
import type { OpeningRule } from '@salus/protocol/computation';

/** As many organisations as the tests have the chaincode's endorsement policy ask for. */
const ENDORSEMENTS = 3;

/** Asked for by who contributed, for all organisations that did. */
const rule: OpeningRule = {
  purpose: 'figures',
  programs: ['sum.v1', 'statistics.v1'],

  refuse({ mspId, role }, recipients, contributions) {
    const contributors = new Set(contributions.map(({ contributor }) => contributor.mspId));
    if (role === undefined || !contributors.has(mspId)) return 'REQUESTER_NOT_ENTITLED';
    const isExact =
      recipients.length === contributors.size &&
      recipients.every((recipient) => contributors.has(recipient));
    return isExact ? undefined : 'RECIPIENTS_NOT_ENTITLED';
  },

  reader: () => 'committee',

  /** All of them: each can contradict what another reports. */
  recorders: (recipients) => recipients,
};

/** The contract `computation` with purposes of its own, which no other contract serves: for tests and benchmarks. */
export class FiguresContract extends ComputationContract {
  constructor() {
    const purposes = ['figures', 'other'].map((purpose) => ({
      purpose,
      openingRule: { ...rule, purpose },
    }));
    super({ purposes, endorsements: ENDORSEMENTS });
  }
}
