import type { TestKey } from '../computation/committee.js';
import {
  ANALYSTS,
  FIGURES,
  OUTSIDER,
  PUBLISHERS,
  termsHashOf,
  type StudyActors,
} from './actors.js';

export function resultCases(actors: StudyActors, keyOf: () => Promise<TestKey>): void {
  describe('a study', () => {
    test('publishes mean and standard deviation rounded; no exact sum is on the ledger', async () => {
      const key = await keyOf();
      const opened = await actors.openStudy(key);
      expect(opened).toMatchObject({
        status: 'JOINING',
        termsHash: termsHashOf(opened.terms),
        openedBy: { mspId: 'CityHospitalMSP', institution: 'city-central' },
      });
      const figures = await actors.fill(key, opened);
      const { study, opening } = await actors.publish(key, opened, figures);
      expect(opening).toMatchObject({ permitted: true, recipients: PUBLISHERS });
      expect(study).toMatchObject({ status: 'PUBLISHED', openingId: opening.openingId });
      expect(study.cohort?.map(({ institution }) => institution)).toEqual([
        'city-central',
        'city-north',
        'city-south',
        'pharma-east',
        'pharma-west',
        'valley-central',
        'valley-east',
        'valley-west',
      ]);

      const { studyId } = opened.terms;
      const { openingId } = opening;
      const result = await actors.resultOf(OUTSIDER, study);
      expect(result).toEqual({
        studyId,
        openingId,
        unit: { code: 'USD', decimals: 2 },
        count: 8,
        step: 10,
        mean: 500,
        standardDeviation: 190,
        variance: 36_100,
      });

      const known = await actors.evaluate(OUTSIDER, 'getStudy', { studyId });
      expect(known).toMatchObject({ status: 'PUBLISHED', result });
      const onLedger = await actors.committee.evaluate(OUTSIDER, 'getOpening', {
        openingId,
      });
      const told = leavesOf([known, onLedger]);
      const squares = FIGURES.reduce((sum, figure) => sum + figure ** 2, 0);
      for (const exact of [...FIGURES, 4000_00, squares, squares % 2 ** 32, 187.08]) {
        expect(told).not.toContain(String(exact));
      }
    });

    test('with bins, which everyone agrees to, tells how many lie in each', async () => {
      const key = await keyOf();
      const kind = { name: 'histogram' as const, edges: [250_00, 500_00, 750_00] };
      const study = await actors.openStudy(key, { kind });
      await actors.publish(key, study, await actors.fill(key, study));
      const [as = OUTSIDER] = ANALYSTS;
      const { histogram, mean } = await actors.resultOf(as, study);
      expect({ histogram, mean }).toEqual({
        histogram: { edges: kind.edges, counts: [1, 2, 4, 1] },
        mean: 500,
      });
    });

    test('takes figures below zero, and a scale', async () => {
      const key = await keyOf();
      const study = await actors.openStudy(key, {
        unit: { code: 'Cel', decimals: 1 },
        range: { least: -500, most: 500 },
      });
      const figures = [-150, -50, 0, 50, -100, -350, -80, -40];
      await actors.publish(key, study, await actors.fill(key, study, figures));
      const rounded = { step: 1, mean: -9, standardDeviation: 11 };
      expect(await actors.resultOf(OUTSIDER, study)).toMatchObject(rounded);
    });

    test('needs a key for joint statistics, a range that fits, and a deadline ahead', async () => {
      const key = await keyOf();
      const { terms } = await actors.openStudy(key);
      const open = (change: object) => actors.openStudy(key, change);
      await expect(open({ studyId: terms.studyId })).rejects.toMatchObject({
        code: 'ERR_ALREADY_EXISTS',
      });
      await expect(open({ keyId: 'none' })).rejects.toMatchObject({ code: 'ERR_NOT_FOUND' });
      for (const wrong of [
        { minimumCohort: 5 },
        { minimumOfOthers: 4 },
        { publishers: ['RegulatorMSP'] },
        { publishers: ['RegulatorMSP', 'RegulatorMSP'] },
        { step: 9_99 },
        { range: { least: 0, most: 2 ** 40 } },
        { deadline: '2020-01-01T00:00:00Z' },
        { period: '2026-Q5' },
        { kind: { name: 'histogram', edges: [500_00, 250_00] } },
        { kind: { name: 'histogram', edges: [250_00, 349_99] } },
      ]) {
        await expect(open(wrong)).rejects.toMatchObject({ code: 'ERR_INVALID_ARGUMENT' });
      }
    });
  });
}

/** Every single value in a JSON object, as text. */
function leavesOf(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [String(value)];
  return Object.values(value).flatMap(leavesOf);
}
