import { Context, Info, Returns, Transaction } from 'fabric-contract-api';
import { SalusContract } from '@salus/chaincode-common';
import { canonicalJson, parseRequest } from '@salus/protocol';
import {
  adjudicateRequest,
  createPolicyRequest,
  getAdjudicationRequest,
  getClaimRequest,
  getPolicyRequest,
  requestOpeningRequest,
  settleRequest,
  submitClaimRequest,
  sumClaimRequest,
} from '@salus/protocol/claims';
import { adjudicate, getAdjudication, settleClaim } from './transactions/adjudication.js';
import { createPolicy, getClaim, getPolicy, submitClaim, sumClaim } from './transactions/claims.js';
import { requestOpening } from './transactions/opening.js';

/**
 * Insurance claims whose amounts stay encrypted under the collective key of a committee. Every endorser
 * sums the ciphertexts. Only insurer and auditor see the opened totals, adjudicate and settle. Requests and
 * answers are JSON of the types in `@salus/protocol/claims`.
 */
@Info({ title: 'claims', description: 'Insurance claims on encrypted amounts' })
export class ClaimsContract extends SalusContract {
  constructor() {
    super('claims');
  }

  @Transaction()
  @Returns('string')
  async createPolicy(ctx: Context, request: string): Promise<string> {
    return canonicalJson(await createPolicy(ctx, parseRequest(createPolicyRequest, request)));
  }

  @Transaction()
  @Returns('string')
  async submitClaim(ctx: Context, request: string): Promise<string> {
    return canonicalJson(await submitClaim(ctx, parseRequest(submitClaimRequest, request)));
  }

  @Transaction()
  @Returns('string')
  async sumClaim(ctx: Context, request: string): Promise<string> {
    return canonicalJson(await sumClaim(ctx, parseRequest(sumClaimRequest, request)));
  }

  @Transaction()
  @Returns('string')
  async requestOpening(ctx: Context, request: string): Promise<string> {
    return canonicalJson(await requestOpening(ctx, parseRequest(requestOpeningRequest, request)));
  }

  @Transaction()
  @Returns('string')
  async adjudicate(ctx: Context, request: string): Promise<string> {
    return canonicalJson(await adjudicate(ctx, parseRequest(adjudicateRequest, request)));
  }

  @Transaction()
  @Returns('string')
  async settle(ctx: Context, request: string): Promise<string> {
    return canonicalJson(await settleClaim(ctx, parseRequest(settleRequest, request)));
  }

  @Transaction(false)
  @Returns('string')
  async getPolicy(ctx: Context, request: string): Promise<string> {
    return canonicalJson(await getPolicy(ctx, parseRequest(getPolicyRequest, request).policyId));
  }

  @Transaction(false)
  @Returns('string')
  async getClaim(ctx: Context, request: string): Promise<string> {
    return canonicalJson(await getClaim(ctx, parseRequest(getClaimRequest, request).claimId));
  }

  /** To those who adjudicate; only the peers of insurer and auditor can answer. */
  @Transaction(false)
  @Returns('string')
  async getAdjudication(ctx: Context, request: string): Promise<string> {
    const { claimId } = parseRequest(getAdjudicationRequest, request);
    return canonicalJson(await getAdjudication(ctx, claimId));
  }
}
