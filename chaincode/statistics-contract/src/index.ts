import { StatisticsComputationContract } from './state/computation.js';
import { StatisticsContract } from './statistics-contract.js';

export { StatisticsComputationContract, StatisticsContract };

/** What fabric-chaincode-node starts; the first is the default one. */
export const contracts = [StatisticsContract, StatisticsComputationContract];
