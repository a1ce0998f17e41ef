import { ClaimsContract } from './claims-contract.js';
import { ClaimsComputationContract } from './computation.js';

export * from './api.js';
export { ClaimsComputationContract, ClaimsContract };

/** What fabric-chaincode-node starts; the first is the default one. */
export const contracts = [ClaimsContract, ClaimsComputationContract];
