import { ComputationContract } from '@salus/chaincode-computation';
import { studyPurpose } from '@salus/protocol/statistics';

/** As many organisations as the chaincode's endorsement policy asks for (network/topology.json). */
const ENDORSEMENTS = 3;

/** Keys and openings; ciphertexts, evaluations and requests are the study's (statistics). */
export class StatisticsComputationContract extends ComputationContract {
  constructor() {
    super({ purposes: [studyPurpose], endorsements: ENDORSEMENTS });
  }
}
