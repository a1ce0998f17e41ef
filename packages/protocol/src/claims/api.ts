import { z } from 'zod';
import { eachOnce, identifier, mspId } from '../base/forms.js';
import type { Opening } from '../computation/api.js';

/**
 * Requests and responses of the claims contract. Keys, partial openings and what was opened are asked
 * for at the contract `computation` of the same chaincode. Every transaction takes one JSON request. Binary
 * input travels as transient data under the names in {@link TRANSIENT}, numbered from 0 where there
 * are several (`ciphertext.0`, `ciphertext.1`, ...).
 */

export const TRANSIENT = {
  /** submitClaim, sumClaim: `ciphertext.i` of the i-th line. */
  ciphertext: 'ciphertext',
  /** submitClaim: `proof.i` of the i-th four lines. */
  proof: 'proof',
  /** submitClaim: the collective public key. */
  publicKey: 'publicKey',
  /** submitClaim: JSON of {@link ServiceDetails}. */
  service: 'service',
  /** adjudicate: the sum of the lines. */
  result: 'result',
  /** adjudicate: `partial.s0`, … of every share of the key. */
  partial: 'partial',
  /** adjudicate: 64 hex digits, random; salts the hash of the adjudication. */
  salt: 'salt',
} as const;

const hex32 = z.string().regex(/^[0-9a-f]{64}$/, '64 lower-case hex digits');
const minor = z.int().min(0).max(Number.MAX_SAFE_INTEGER);
const date = z.iso.date();

// Policies

export const benefit = z.strictObject({
  /** A code of the policy's `categorySystem`. */
  category: z.string().min(1).max(64),
  /** Where a claim's ciphertexts carry this category's amounts. */
  slot: z.int().min(0).max(8191),
  deductibleMinor: minor,
  /** The patient's share of what exceeds the deductible, in hundredths of a percent. */
  coinsuranceBasisPoints: z.int().min(0).max(10_000),
  capMinor: minor,
});
export type Benefit = z.infer<typeof benefit>;

export const createPolicyRequest = z.strictObject({
  policyId: identifier,
  /** The holder's pseudonym at insurers; never the one that hospitals use. */
  holder: z.string().regex(/^[A-Za-z0-9_-]{16,128}$/, 'a pseudonym'),
  /** Organisation that recombines and endorses every adjudication beside the insurer. */
  auditor: mspId,
  /** ISO 4217. */
  currency: z.string().regex(/^[A-Z]{3}$/, 'an ISO 4217 code'),
  validFrom: date,
  validTo: date,
  /** URI of the code system of `benefits[].category`. */
  categorySystem: z.url().max(256),
  benefits: z
    .array(benefit)
    .min(1)
    .max(64)
    .refine(eachOnce('slot'), 'a slot for each benefit')
    .refine(eachOnce('category'), 'a category only once'),
});
export type CreatePolicyRequest = z.infer<typeof createPolicyRequest>;

export interface Policy extends CreatePolicyRequest {
  /** MSP ID of the organisation that created the policy. */
  readonly insurer: string;
  readonly createdAt: string;
}

// Claims

export const claimLine = z.strictObject({
  /** SHA-256 of the uncompressed ciphertext. */
  ciphertextHash: hex32,
  /** Salted hash of the invoice line or record that the amount comes from. */
  evidenceHash: hex32,
});
export type ClaimLine = z.infer<typeof claimLine>;

export const submitClaimRequest = z.strictObject({
  claimId: identifier,
  policyId: identifier,
  keyId: identifier,
  /** SHA-256 of the canonical JSON of {@link ServiceDetails}. */
  serviceHash: hex32,
  lines: z
    .array(claimLine)
    .min(1)
    .max(64)
    .refine(eachOnce('ciphertextHash'), 'distinct ciphertexts')
    .refine(eachOnce('evidenceHash'), 'distinct evidence'),
  /** Of the key, when the amounts were encrypted. */
  epoch: z.int().min(0).max(1_000_000),
  /** SHA-256 of the proofs of well-formed encryption, one for each four lines in their order. */
  proofHashes: z.array(hex32).min(1).max(16),
});
export type SubmitClaimRequest = z.infer<typeof submitClaimRequest>;

/** Known to the endorsers of a claim, never on the ledger. */
export const serviceDetails = z.strictObject({ serviceDate: date, salt: hex32 });
export type ServiceDetails = z.infer<typeof serviceDetails>;

export const sumClaimRequest = z.strictObject({ claimId: identifier, resultHash: hex32 });
export type SumClaimRequest = z.infer<typeof sumClaimRequest>;

export type ClaimStatus = 'SUBMITTED' | 'SUMMED' | 'OPENING' | 'ADJUDICATED' | 'SETTLED';

export interface Claim extends Omit<SubmitClaimRequest, 'epoch' | 'proofHashes'> {
  /** MSP ID of the organisation that submitted the claim. */
  readonly provider: string;
  readonly submittedAt: string;
  readonly status: ClaimStatus;
  /** The evaluation of the sum, at the contract `computation`. */
  readonly evaluationId: string;
  readonly resultHash?: string;
  readonly openingId?: string;
  /** SHA-256 of the canonical JSON of the {@link Adjudication}, its salt included. */
  readonly adjudicationHash?: string;
  readonly adjudicatedAt?: string;
  readonly paymentReferenceHash?: string;
  readonly settledAt?: string;
}

// Opening

export const requestOpeningRequest = z.strictObject({
  claimId: identifier,
  /** MSP IDs that are to see the totals. */
  recipients: z.array(mspId).min(1).max(8).refine(eachOnce(), 'distinct organisations'),
});
export type RequestOpeningRequest = z.infer<typeof requestOpeningRequest>;

// Adjudication and settlement

export const adjudicateRequest = z.strictObject({ claimId: identifier, openingId: identifier });
export type AdjudicateRequest = z.infer<typeof adjudicateRequest>;

/** IMPLAUSIBLE_TOTALS: what was opened is no claim under the policy, so nothing of it is paid. */
export type AdjudicationReason =
  'NOTHING_CLAIMED' | 'DEDUCTIBLE' | 'COINSURANCE' | 'CAP' | 'PAID_IN_FULL' | 'IMPLAUSIBLE_TOTALS';

/** All amounts in minor units; claimed = deductible + coinsurance + over cap + payable. */
export interface AdjudicatedBenefit {
  readonly category: string;
  readonly slot: number;
  readonly claimedMinor: number;
  readonly deductibleMinor: number;
  readonly coinsuranceMinor: number;
  readonly overCapMinor: number;
  readonly payableMinor: number;
  readonly reasons: readonly AdjudicationReason[];
}

/** Private data of the insurer and its auditor. */
export interface Adjudication {
  readonly claimId: string;
  readonly openingId: string;
  readonly currency: string;
  readonly benefits: readonly AdjudicatedBenefit[];
  readonly claimedMinor: number;
  readonly patientMinor: number;
  readonly payableMinor: number;
  readonly adjudicatedAt: string;
  readonly salt: string;
}

export const settleRequest = z.strictObject({
  claimId: identifier,
  /** Salted hash of the payment's reference. */
  paymentReferenceHash: hex32,
});
export type SettleRequest = z.infer<typeof settleRequest>;

// Queries

export const getPolicyRequest = z.strictObject({ policyId: identifier });
export type GetPolicyRequest = z.infer<typeof getPolicyRequest>;
export const getClaimRequest = z.strictObject({ claimId: identifier });
export type GetClaimRequest = z.infer<typeof getClaimRequest>;
/** Answered only by peers that hold the private collection `claimTotals`. */
export const getAdjudicationRequest = z.strictObject({ claimId: identifier });
export type GetAdjudicationRequest = z.infer<typeof getAdjudicationRequest>;

/** Which request each transaction takes and what it answers. */
export interface ClaimsTransactions {
  createPolicy: { request: CreatePolicyRequest; response: Policy };
  submitClaim: { request: SubmitClaimRequest; response: Claim };
  sumClaim: { request: SumClaimRequest; response: Claim };
  requestOpening: { request: RequestOpeningRequest; response: Opening };
  adjudicate: { request: AdjudicateRequest; response: Claim };
  settle: { request: SettleRequest; response: Claim };
  getPolicy: { request: GetPolicyRequest; response: Policy };
  getClaim: { request: GetClaimRequest; response: Claim };
  getAdjudication: { request: GetAdjudicationRequest; response: Adjudication };
}
