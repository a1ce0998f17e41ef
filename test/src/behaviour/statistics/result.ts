import { hashOf } from '@salus/protocol';
import type { TestKey } from '../computation/committee.js';
import { ANALYSTS, FIGURES, OUTSIDER, RECORDERS, termsHashOf, type StudyActors } from './actors.js';

export function resultCases(actors: StudyActors, keyOf: () => Promise<TestKey>): void {
  describe('a study', () => {
    test('tells its contributors mean and variance, and the ledger no figure', async () => {
      const key = await keyOf();
      const opened = await actors.openStudy(key);
      expect(opened).toMatchObject({
        status: 'JOINING',
        termsHash: termsHashOf(opened.terms),
        openedBy: { mspId: 'CityHospitalMSP', institution: 'city-central' },
      });
      const figures = await actors.fill(key, opened);
      const { study, opening } = await actors.publish(key, opened, figures);
      expect(opening).toMatchObject({ permitted: true, recipients: RECORDERS });
      expect(study).toMatchObject({ status: 'PUBLISHED', openingId: opening.openingId });
      expect(study.cohort?.map(({ institution }) => institution)).toEqual([
        'city-central',
        'city-north',
        'city-south',
        'valley-central',
        'valley-east',
        'valley-west',
      ]);

      const { studyId } = opened.terms;
      const [city, , , valley] = ANALYSTS;
      if (city === undefined || valley === undefined) throw new Error('there are six analysts');
      const result = await actors.resultOf(city, study);
      expect(result).toMatchObject({ count: 6, mean: 500, sum: '300000', unit: { code: 'USD' } });
      expect(result.variance).toBeCloseTo(43_333.33, 1);
      expect(result.histogram).toBeUndefined();
      expect(await actors.resultOf(valley, study)).toEqual(result);
      await expect(actors.resultOf(OUTSIDER, study)).rejects.toMatchObject({
        code: 'ERR_FORBIDDEN',
      });

      const known = await actors.evaluate(OUTSIDER, 'getStudy', { studyId });
      expect(known.status).toBe('PUBLISHED');
      const onLedger = await actors.committee.evaluate(OUTSIDER, 'getOpening', {
        openingId: opening.openingId,
      });
      const { openingId, values, salt } = result;
      expect(onLedger.openedHash).toBe(hashOf({ openingId, values, salt }));
      const told = leavesOf([known, onLedger]);
      for (const value of [...FIGURES, 300_000, 500, result.variance]) {
        expect(told).not.toContain(String(value));
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
        histogram: { edges: kind.edges, counts: [1, 1, 3, 1] },
        mean: 500,
      });
    });

    test('takes figures below zero, and a scale', async () => {
      const key = await keyOf();
      const study = await actors.openStudy(key, {
        unit: { code: 'Cel', decimals: 1 },
        range: { least: -500, most: 500 },
      });
      await actors.publish(key, study, await actors.fill(key, study, [-15, -5, 0, 5, 10, 35]));
      const [as = OUTSIDER] = ANALYSTS;
      expect(await actors.resultOf(as, study)).toMatchObject({ sum: '30', mean: 0.5 });
    });

    test('needs a key for joint statistics, a range that fits, and a deadline ahead', async () => {
      const key = await keyOf();
      const { terms } = await actors.openStudy(key);
      const [as = OUTSIDER] = ANALYSTS;
      const open = (change: object) =>
        actors.submit(as, 'openStudy', {
          ...terms,
          studyId: actors.world.uniqueId('study'),
          ...change,
        });
      await expect(open({ studyId: terms.studyId })).rejects.toMatchObject({
        code: 'ERR_ALREADY_EXISTS',
      });
      await expect(open({ keyId: 'none' })).rejects.toMatchObject({ code: 'ERR_NOT_FOUND' });
      for (const wrong of [
        { minimumCohort: 5 },
        { range: { least: 0, most: 2 ** 40 } },
        { deadline: '2020-01-01T00:00:00Z' },
        { period: '2026-Q5' },
        { kind: { name: 'histogram', edges: [2, 1] } },
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
