import { createEngine } from '@salus/compute';
import type { ContractWorld } from '../contract-world.js';
import { CommitteeActors, type TestKey } from './computation/committee.js';
import { StudyActors } from './statistics/actors.js';
import { attackCases } from './statistics/attacks.js';
import { cohortCases } from './statistics/cohort.js';
import { institutionCases } from './statistics/institutions.js';
import { resultCases } from './statistics/result.js';

/** What the statistics contract does, on whatever ledger: institutions, studies, results, attacks. */
export function describeStatistics(world: ContractWorld): void {
  describe('joint statistics', () => {
    const engine = createEngine();
    const actors = new StudyActors(
      new CommitteeActors(world, engine, 'joint-statistics', 'statistics'),
    );
    let key: TestKey;
    beforeAll(async () => {
      key = await actors.committee.makeKey();
      await actors.registerInstitutions();
    });
    afterAll(async () => {
      await engine.close();
    });

    institutionCases(actors, () => key);
    resultCases(actors, () => key);
    cohortCases(actors, () => key);
    attackCases(actors, () => key);
  });
}
