import { EhrContract } from './ehr-contract.js';

export { EhrContract };

/** What fabric-chaincode-node starts. */
export const contracts = [EhrContract];
