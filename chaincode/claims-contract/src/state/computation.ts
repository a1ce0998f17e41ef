import { ComputationContract } from '@salus/chaincode-computation';
import { CLAIMS_PURPOSE } from '@salus/protocol/claims';
import { statisticsRule } from '@salus/protocol/computation';

/** As many organisations as the chaincode's endorsement policy asks for (network/topology.json). */
const ENDORSEMENTS = 3;

/** Keys, joint statistics, and what claims and statistics have in common. */
export class ClaimsComputationContract extends ComputationContract {
  constructor() {
    super({
      purposes: [CLAIMS_PURPOSE, statisticsRule.purpose],
      rules: [statisticsRule],
      endorsements: ENDORSEMENTS,
    });
  }
}
