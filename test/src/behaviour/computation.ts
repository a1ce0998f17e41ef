import { createEngine } from '@salus/compute';
import type { ContractWorld } from '../contract-world.js';
import { ceremonyCases } from './computation/ceremony.js';
import type { TestKey } from './computation/committee.js';
import { FiguresActors } from './computation/contributors.js';
import { evaluationCases } from './computation/evaluation.js';
import { noiseCases } from './computation/noise.js';
import { openingCases } from './computation/opening.js';

/** What the contract of endorsed computation does, on whatever ledger, and what attacks come to. */
export function describeComputation(world: ContractWorld): void {
  describe('endorsed computation', () => {
    const engine = createEngine();
    const actors = new FiguresActors(world, engine, 'figures', 'figures');
    let key: TestKey;
    beforeAll(async () => {
      key = await actors.makeKey();
    });
    afterAll(async () => {
      await engine.close();
    });

    ceremonyCases(actors, () => key);
    evaluationCases(actors, () => key);
    openingCases(actors, () => key);
    noiseCases(actors, () => key);
  });
}
