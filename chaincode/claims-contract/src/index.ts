import { ClaimsContract } from './claims-contract.js';
import { ClaimsComputationContract } from './state/computation.js';

export { ClaimsComputationContract, ClaimsContract };

/** What fabric-chaincode-node starts; the first is the default one. */
export const contracts = [ClaimsContract, ClaimsComputationContract];
