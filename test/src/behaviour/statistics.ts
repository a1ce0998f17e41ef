import { createEngine } from '@salus/compute';
import type { ContractWorld } from '../contract-world.js';
import { CommitteeActors } from './computation/committee.js';
import { StudyActors } from './statistics/actors.js';
import { attackCases } from './statistics/attacks.js';
import { cohortCases } from './statistics/cohort.js';
import { institutionCases } from './statistics/institutions.js';
import { keyCases } from './statistics/keys.js';
import { publisherCases } from './statistics/publishers.js';
import { repetitionCases } from './statistics/repetition.js';
import { resultCases } from './statistics/result.js';

/** What the statistics contract does, on whatever ledger: institutions, studies, results, attacks. */
export function describeStatistics(world: ContractWorld): void {
  describe('joint statistics', () => {
    const engine = createEngine();
    const actors = new StudyActors(
      new CommitteeActors(world, engine, 'joint-statistics', 'statistics'),
    );
    beforeAll(async () => {
      await actors.registerInstitutions();
    });
    afterAll(async () => {
      await engine.close();
    });

    // Nobody joins a study under a key of which contributions were shown in another.
    const keyOf = () => actors.committee.makeKey();
    institutionCases(actors, keyOf);
    resultCases(actors, keyOf);
    cohortCases(actors, keyOf);
    attackCases(actors, keyOf);
    keyCases(actors, keyOf);
    publisherCases(actors, keyOf);
    repetitionCases(actors, keyOf);
  });
}
