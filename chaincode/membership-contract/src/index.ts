import { MembershipContract } from './membership-contract.js';

export { MembershipContract };

/** What fabric-chaincode-node starts. */
export const contracts = [MembershipContract];
