import { DrugContract } from './drug-contract.js';

export { packLeaf } from './rules/verification.js';

export { DrugContract };

/** What fabric-chaincode-node starts. */
export const contracts = [DrugContract];
