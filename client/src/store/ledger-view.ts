import type { Claim, CollectiveKey, Opening, Policy } from '@salus/claims-contract';
import type { Decision } from '@salus/ehr-contract';
import type { SalusClient } from '../salus-client.js';
import { eventually } from '../service/eventually.js';

/** What a store asks its own organisation's peer. */
export interface LedgerView {
  getDecision(decisionId: string): Promise<Decision>;
  getClaim(claimId: string): Promise<Claim>;
  getPolicy(policyId: string): Promise<Policy>;
  getKey(keyId: string): Promise<CollectiveKey>;
  getOpening(openingId: string): Promise<Opening>;
}

/** The ledger as the client's own peer tells it, once it has caught up with the asker's. */
export function ledgerView({ ehr, claims }: SalusClient): LedgerView {
  return {
    getDecision: (decisionId) => eventually(() => ehr.getDecision(decisionId)),
    getClaim: (claimId) => eventually(() => claims.getClaim(claimId)),
    getPolicy: (policyId) => eventually(() => claims.getPolicy(policyId)),
    getKey: (keyId) => eventually(() => claims.getKey(keyId)),
    getOpening: (openingId) => eventually(() => claims.getOpening(openingId)),
  };
}
