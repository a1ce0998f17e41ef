import { ComputationContract } from '@salus/chaincode-computation';
import type { OpeningRule } from '@salus/protocol/computation';

/** As many organisations as the tests have the chaincode's endorsement policy ask for. */
const ENDORSEMENTS = 3;

/** Asked for by who contributed, for two or more organisations that did. */
const rule: OpeningRule = {
  purpose: 'figures',
  programs: ['sum.v1', 'statistics.v1'],

  refuse({ mspId, role }, recipients, contributions) {
    const contributors = new Set(contributions.map(({ contributor }) => contributor.mspId));
    if (role === undefined || !contributors.has(mspId)) return 'REQUESTER_NOT_ENTITLED';
    const entitled = recipients.every((recipient) => contributors.has(recipient));
    if (!entitled || recipients.length < 2 || !recipients.includes(mspId)) {
      return 'RECIPIENTS_NOT_ENTITLED';
    }
    return undefined;
  },

  /** Who asked, and one that can contradict it. */
  recorders({ mspId }, recipients) {
    const [other] = recipients.filter((recipient) => recipient !== mspId).sort();
    return other === undefined ? [mspId] : [mspId, other];
  },
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
