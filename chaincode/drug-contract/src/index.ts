import { DrugContract } from './drug-contract.js';

export { DrugContract };

/** What fabric-chaincode-node starts. */
export const contracts = [DrugContract];
