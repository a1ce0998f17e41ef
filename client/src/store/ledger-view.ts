import type { Claim, CollectiveKey, Opening, Policy } from '@salus/claims-contract';
import type { Decision, EhrTransactions } from '@salus/ehr-contract';
import type { SalusClient } from '../salus-client.js';
import { TypedContract } from '../transaction/typed-contract.js';

/** What a store asks its own organisation's peer. */
export interface LedgerView {
  getDecision(decisionId: string): Promise<Decision>;
  getClaim(claimId: string): Promise<Claim>;
  getPolicy(policyId: string): Promise<Policy>;
  getKey(keyId: string): Promise<CollectiveKey>;
  getOpening(openingId: string): Promise<Opening>;
}

/** The ledger as the client's own peer tells it. */
export function ledgerView(client: SalusClient): LedgerView {
  const ehr = new TypedContract<EhrTransactions>(client.contract('ehr'));
  return {
    getDecision: (decisionId) => ehr.evaluate('getDecision', { decisionId }),
    getClaim: (claimId) => client.claims.getClaim(claimId),
    getPolicy: (policyId) => client.claims.getPolicy(policyId),
    getKey: (keyId) => client.claims.getKey(keyId),
    getOpening: (openingId) => client.claims.getOpening(openingId),
  };
}
