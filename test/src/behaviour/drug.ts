import type { ContractWorld } from '../contract-world.js';
import { Actors } from './drug/actors.js';
import { batchCases, custodyCases } from './drug/custody.js';
import { packCases, traceCases } from './drug/packs.js';

/** What the drug contract does, on whatever ledger: batches, custody, packs, trace. */
export function describeDrug(world: ContractWorld): void {
  describe('medicines from batch to patient', () => {
    const actors = new Actors(world);
    batchCases(actors);
    custodyCases(actors);
    packCases(actors);
    traceCases(actors);
  });
}
