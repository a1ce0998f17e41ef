import { conflict, SalusError } from '@salus/protocol';
import {
  CLAIMS_PURPOSE,
  type Claim,
  type ClaimStatus,
  type CreatePolicyRequest,
} from '@salus/protocol/claims';
import type { Evaluation, Opening } from '@salus/protocol/computation';
import type { ClaimRecord, OutcomeRecord, PolicyRecord } from '../state/records.js';

/** What a claim keeps of the evaluation of its sum. */
export type Sum = Pick<Evaluation, 'resultHash'>;

/**
 * @param overseers - MSP IDs of the registry's members that may audit
 * @throws SalusError ERR_INVALID_ARGUMENT
 */
export function checkPolicy(
  insurer: string,
  request: CreatePolicyRequest,
  overseers: readonly string[],
): void {
  if (request.validFrom > request.validTo) {
    throw new SalusError('ERR_INVALID_ARGUMENT', 'the policy ends before it begins', {
      argument: 'validTo',
      expected: `${request.validFrom} or later`,
      got: request.validTo,
    });
  }
  if (request.auditor === insurer) {
    throw new SalusError('ERR_INVALID_ARGUMENT', 'an insurer cannot audit itself', {
      argument: 'auditor',
      expected: 'another organisation',
      got: request.auditor,
    });
  }
  if (!overseers.includes(request.auditor)) {
    throw new SalusError('ERR_INVALID_ARGUMENT', 'only an overseer audits an insurer', {
      argument: 'auditor',
      expected: 'a member of the kind overseer',
      got: request.auditor,
    });
  }
}

/** Dates are ISO 8601 (YYYY-MM-DD), both ends included. @throws SalusError ERR_NOT_COVERED */
export function requireCovered(policy: PolicyRecord, serviceDate: string): void {
  if (serviceDate < policy.validFrom || serviceDate > policy.validTo) {
    throw new SalusError('ERR_NOT_COVERED', 'the policy was not valid on the date of service', {
      argument: 'service',
      expected: `${policy.validFrom} to ${policy.validTo}`,
    });
  }
}

/** The evaluation of a claim's sum; no other contract gives out identifiers that begin so. */
export function evaluationIdOf(claimId: string): string {
  return `${CLAIMS_PURPOSE}:${claimId}`;
}

/**
 * Every opening of the claim's sum opens the same totals, whichever epoch answered it.
 * @throws SalusError ERR_CONFLICT
 */
export function requireOpeningOf(
  claimId: string,
  { evaluationId }: Pick<Opening, 'evaluationId'>,
): void {
  const own = evaluationIdOf(claimId);
  if (evaluationId === own) return;
  throw conflict('openingId', 'the opening is of another result', own, evaluationId);
}

export function claimStatus(sum: Sum | undefined, outcome: OutcomeRecord | undefined): ClaimStatus {
  return outcome?.status ?? (sum === undefined ? 'SUBMITTED' : 'SUMMED');
}

export function describeClaim(
  claim: ClaimRecord,
  sum: Sum | undefined,
  outcome: OutcomeRecord | undefined,
): Claim {
  return {
    ...claim,
    lines: [...claim.lines],
    evaluationId: evaluationIdOf(claim.claimId),
    ...(sum === undefined ? {} : { resultHash: sum.resultHash }),
    ...outcome,
    status: claimStatus(sum, outcome),
  };
}
