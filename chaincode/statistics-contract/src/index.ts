import { StatisticsComputationContract } from './computation.js';
import { StatisticsContract } from './statistics-contract.js';

export * from './api.js';
export { StatisticsComputationContract, StatisticsContract };

/** What fabric-chaincode-node starts; the first is the default one. */
export const contracts = [StatisticsContract, StatisticsComputationContract];
