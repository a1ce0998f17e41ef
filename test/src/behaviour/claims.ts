import { createEngine } from '@salus/compute';
import type { ContractWorld } from '../contract-world.js';
import { Actors, type Key } from './claims/actors.js';
import { openingCases } from './claims/opening.js';
import { proofCases } from './claims/proofs.js';
import { settlementCases } from './claims/settlement.js';
import { claimCases } from './claims/submission.js';

/** What the claims contract does, on whatever ledger: claims, openings, payment. */
export function describeClaims(world: ContractWorld): void {
  describe('claims on encrypted amounts', () => {
    const engine = createEngine();
    const actors = new Actors(world, engine);
    let key: Key;
    let policyId: string;
    beforeAll(async () => {
      key = await actors.committee.makeKey();
      policyId = await actors.createPolicy();
    });
    afterAll(async () => {
      await engine.close();
    });

    claimCases(actors, () => ({ key, policyId }));
    proofCases(actors, () => ({ key, policyId }));
    openingCases(actors, () => ({ key, policyId }));
    settlementCases(actors, () => ({ key, policyId }));
  });
}
