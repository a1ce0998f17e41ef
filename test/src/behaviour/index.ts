import type { ContractWorld } from '../contract-world.js';
import { describeClaims } from './claims.js';
import { describeComputation } from './computation.js';
import { describeDrug } from './drug.js';
import { describeEhr } from './ehr.js';
import { describeLedgerSemantics } from './ledger-semantics.js';
import { describeMembership } from './membership.js';
import { describeStatistics } from './statistics.js';

/** A suite of what a contract does, on whatever ledger. */
export type Behaviour = (world: ContractWorld) => void;

/**
 * Every suite. The ledger in memory and a running network get the same ones. So each has the same cases,
 * and neither can drift from the other.
 */
export const behaviours: readonly Behaviour[] = [
  describeLedgerSemantics,
  describeMembership,
  describeEhr,
  describeDrug,
  describeComputation,
  describeClaims,
  describeStatistics,
];
