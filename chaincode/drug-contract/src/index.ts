import { DrugContract } from './drug-contract.js';

export * from './api.js';
export { packLeaf } from './rules/verification.js';
export { checkDigit, parseSgtin, sgtinLink, type Sgtin } from './gs1.js';
export { DrugContract };

/** What fabric-chaincode-node starts. */
export const contracts = [DrugContract];
