import type { Endorsement } from './endorser.js';
import type { Proposal } from './proposal.js';

/** A transaction as it reaches the orderer. */
export interface OrderedTransaction {
  readonly proposal: Proposal;
  readonly endorsements: readonly [Endorsement, ...Endorsement[]];
}
