import { ComputationContract } from '@salus/chaincode-computation';
import { claimsPurpose } from '@salus/protocol/claims';

/** As many organisations as the chaincode's endorsement policy asks for (network/topology.json). */
const ENDORSEMENTS = 3;

/** Keys and openings; ciphertexts, evaluations and requests are the claim's. */
export class ClaimsComputationContract extends ComputationContract {
  constructor() {
    super({ purposes: [claimsPurpose], endorsements: ENDORSEMENTS });
  }
}
