import { ComputationContract } from '@salus/chaincode-computation';
import { PURPOSE } from '@salus/protocol/statistics';

/** As many organisations as the chaincode's endorsement policy asks for (network/topology.json). */
const ENDORSEMENTS = 3;

/** Keys and openings; ciphertexts, evaluations and requests are the study's (statistics). */
export class StatisticsComputationContract extends ComputationContract {
  constructor() {
    super({
      purposes: [PURPOSE],
      rules: [],
      // By dropOut: a frozen cohort would stay so for ever, and the figure's period used up.
      withdrawnBeside: [PURPOSE],
      endorsements: ENDORSEMENTS,
    });
  }
}
