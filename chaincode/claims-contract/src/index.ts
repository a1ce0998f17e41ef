import { ClaimsContract } from './claims-contract.js';

export * from './api.js';
export { ClaimsContract };

/** What fabric-chaincode-node starts. */
export const contracts = [ClaimsContract];
