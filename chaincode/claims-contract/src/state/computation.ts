import { ComputationContract } from '@salus/chaincode-computation';
import { claimsPurpose } from '@salus/protocol/claims';
import { statisticsPurpose } from '@salus/protocol/computation';

/** As many organisations as the chaincode's endorsement policy asks for (network/topology.json). */
const ENDORSEMENTS = 3;

/** Keys, joint statistics, and what claims and statistics have in common. */
export class ClaimsComputationContract extends ComputationContract {
  constructor() {
    super({ purposes: [claimsPurpose, statisticsPurpose], endorsements: ENDORSEMENTS });
  }
}
