import type { SalusClient } from '@salus/client';
import type { ComputationClient } from '@salus/client/computation';
import { eventually } from '@salus/client/transaction';
import { consentLedger, type ConsentLedger } from '@salus/client/trust';
import type { PurposeLedger } from '@salus/protocol/purposes';

/** What a store asks of a contract `computation`. */
export type ComputationView = Pick<
  ComputationClient,
  'getKey' | 'getOpening' | 'getCiphertext' | 'getEvaluation'
>;

/** What a store asks its own organisation's peer. */
export interface LedgerView extends ConsentLedger, PurposeLedger {
  /** The contract `computation` that a chaincode carries. */
  computation(chaincode: string): ComputationView;
}

/** The ledger as the client's own peer tells it, once it has caught up with the asker's. */
export function ledgerView(client: SalusClient): LedgerView {
  const { claims, statistics } = client;
  return {
    ...consentLedger(client),
    getClaim: (claimId) => eventually(() => claims.getClaim(claimId)),
    getPolicy: (policyId) => eventually(() => claims.getPolicy(policyId)),
    getStudy: (studyId) => eventually(() => statistics.getStudy(studyId)),
    computation: (chaincode) => computationView(client.computation(chaincode)),
  };
}

function computationView(computation: ComputationClient): ComputationView {
  return {
    getKey: (keyId) => eventually(() => computation.getKey(keyId)),
    getOpening: (openingId) => eventually(() => computation.getOpening(openingId)),
    getCiphertext: (hash) => eventually(() => computation.getCiphertext(hash)),
    getEvaluation: (id) => eventually(() => computation.getEvaluation(id)),
  };
}
