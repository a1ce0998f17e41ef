import type { ClaimLine, CreatePolicyRequest } from '@salus/protocol/claims';

/** What the state holds; the contract's answers (`@salus/protocol/claims`) are put together from these. */

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

/** Carries a key-level endorsement policy of its own: insurer and auditor. */
export interface OutcomeRecord {
  readonly status: 'OPENING' | 'ADJUDICATED' | 'SETTLED';
  readonly openingId: string;
  readonly adjudicationHash?: string;
  readonly adjudicatedAt?: string;
  readonly paymentReferenceHash?: string;
  readonly settledAt?: string;
}
