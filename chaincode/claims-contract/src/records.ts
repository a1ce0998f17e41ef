import type { ClaimLine, CreatePolicyRequest, Opening } from './api.js';

/** What the state holds; the contract's answers (api.ts) are put together from these. */

export interface KeyRecord {
  readonly keyId: string;
  readonly profile: string;
  readonly aSeed: string;
  readonly members: readonly string[];
  readonly proposedBy: string;
  readonly proposedAt: string;
  readonly publicKeyHash?: string;
  readonly activatedAt?: string;
}

/** A record of its own for each member, so that members who act at once don't conflict. */
export interface ContributionRecord {
  readonly commitment: string;
  readonly contributionHash?: string;
}

export interface PolicyRecord extends CreatePolicyRequest {
  readonly insurer: string;
  readonly createdAt: string;
}

export interface ClaimRecord {
  readonly claimId: string;
  readonly policyId: string;
  readonly keyId: string;
  readonly serviceHash: string;
  readonly lines: readonly ClaimLine[];
  readonly provider: string;
  readonly submittedAt: string;
}

/** The lineage of a result: the program and, through the claim, its inputs in order. */
export interface SumRecord {
  readonly program: 'sum.v1';
  readonly resultHash: string;
  readonly summedAt: string;
}

/** What the ledger keeps of an opening; its partials have keys of their own. */
export type OpeningRecord = Omit<Opening, 'partials'>;

export interface PartialRecord {
  readonly partialHash: string;
}

/** Carries a key-level endorsement policy of its own: insurer and auditor. */
export interface OutcomeRecord {
  readonly status: 'OPENING' | 'ADJUDICATED' | 'SETTLED';
  readonly openingId: string;
  readonly adjudicationHash?: string;
  readonly adjudicatedAt?: string;
  readonly paymentReferenceHash?: string;
  readonly settledAt?: string;
}
