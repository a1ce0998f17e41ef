import { createEngine } from '@salus/compute';
import type { ContractWorld } from '../contract-world.js';
import { Actors, type Key } from './claims/actors.js';
import { ceremonyCases } from './claims/ceremony.js';
import { openingCases } from './claims/opening.js';
import { settlementCases } from './claims/settlement.js';
import { claimCases } from './claims/submission.js';

/** What the claims contract does, on whatever ledger: key ceremony, claims, openings, payment. */
export function describeClaims(world: ContractWorld): void {
  describe('claims on encrypted amounts', () => {
    const engine = createEngine();
    const actors = new Actors(world, engine);
    let key: Key;
    let policyId: string;
    beforeAll(async () => {
      key = await actors.makeKey();
      policyId = await actors.createPolicy();
    });
    afterAll(async () => {
      await engine.close();
    });

    ceremonyCases(actors, () => key);
    claimCases(actors, () => ({ key, policyId }));
    openingCases(actors, () => ({ key, policyId }));
    settlementCases(actors, () => ({ key, policyId }));
  });
}
