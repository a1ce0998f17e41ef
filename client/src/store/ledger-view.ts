import type { Claim, CollectiveKey, Opening, Policy } from '@salus/claims-contract';
import type { SalusClient } from '../salus-client.js';
import { consentLedger, type ConsentLedger } from '../service/consent-check.js';
import { eventually } from '../service/eventually.js';

/** What a store asks its own organisation's peer. */
export interface LedgerView extends ConsentLedger {
  getClaim(claimId: string): Promise<Claim>;
  getPolicy(policyId: string): Promise<Policy>;
  getKey(keyId: string): Promise<CollectiveKey>;
  getOpening(openingId: string): Promise<Opening>;
}

/** The ledger as the client's own peer tells it, once it has caught up with the asker's. */
export function ledgerView(client: SalusClient): LedgerView {
  const { claims } = client;
  return {
    ...consentLedger(client),
    getClaim: (claimId) => eventually(() => claims.getClaim(claimId)),
    getPolicy: (policyId) => eventually(() => claims.getPolicy(policyId)),
    getKey: (keyId) => eventually(() => claims.getKey(keyId)),
    getOpening: (openingId) => eventually(() => claims.getOpening(openingId)),
  };
}
