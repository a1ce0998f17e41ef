import type { TestKey } from '../computation/committee.js';
import {
  ANALYSTS,
  FIGURES,
  OPENER,
  OUTSIDER,
  packed,
  tampered,
  VALLEY,
  type StudyActors,
} from './actors.js';

export function attackCases(actors: StudyActors, keyOf: () => TestKey): void {
  const [, north = OPENER, , , , west = OPENER] = ANALYSTS;

  describe('joint statistics refuse', () => {
    test('a second contribution, and a ciphertext of another', async () => {
      const key = keyOf();
      const study = await actors.openStudy(key);
      const figure = await actors.encrypt(key, packed(study.terms, 1));
      for (const as of [north, west]) await actors.join(as, study);
      await actors.contribute(north, study, figure);
      const second = await actors.encrypt(key, packed(study.terms, 2));
      await expect(actors.contribute(north, study, second)).rejects.toMatchObject({
        code: 'ERR_ALREADY_EXISTS',
      });
      await expect(actors.contribute(west, study, figure)).rejects.toMatchObject({
        code: 'ERR_ALREADY_EXISTS',
      });
    });

    test.each(['2026-Q1', '2026-02', '2026'])(
      'a second study of the same measure that could be subtracted (%s)',
      async (period) => {
        const key = keyOf();
        const first = await actors.openStudy(key);
        await actors.publish(key, first, await actors.fill(key, first));
        const second = await actors.openStudy(key, { measure: first.terms.measure, period });
        await actors.join(north, second);
        const figure = await actors.encrypt(key, packed(second.terms, 1));
        await expect(actors.contribute(north, second, figure)).rejects.toMatchObject({
          code: 'ERR_ALREADY_EXISTS',
        });
      },
    );

    test('nobody the next period', async () => {
      const key = keyOf();
      const first = await actors.openStudy(key);
      await actors.fill(key, first, FIGURES.slice(0, 2));
      const second = await actors.openStudy(key, {
        measure: first.terms.measure,
        period: '2026-Q2',
      });
      await actors.join(north, second);
      const figure = await actors.encrypt(key, packed(second.terms, 1));
      const contributed = await actors.contribute(north, second, figure);
      expect(contributed.contribution?.ciphertextHash).toBe(figure.hash);
    });

    test('an opening that an outsider asks for', async () => {
      const key = keyOf();
      const study = await actors.openStudy(key);
      await actors.close(study, await actors.fill(key, study));
      for (const as of [
        OUTSIDER,
        ['CityHospital', 'billing'],
        ['Regulator', 'committee'],
      ] as const) {
        expect(await actors.requestOpening(study, as)).toMatchObject({
          permitted: false,
          status: 'DENIED',
          reason: 'REQUESTER_NOT_ENTITLED',
        });
      }
    });

    test('what is not the sum of the cohort, and endorsers fewer than the threshold', async () => {
      const key = keyOf();
      const study = await actors.openStudy(key);
      const figures = await actors.fill(key, study);
      const [other = ''] = figures.keys();
      await expect(actors.close(study, figures, { resultHash: other })).rejects.toMatchObject({
        code: 'ERR_RESULT_MISMATCH',
      });
      await expect(
        actors.close(study, figures, { endorsers: ['CityHospitalMSP', 'ValleyHospitalMSP'] }),
      ).rejects.toMatchObject({ code: 'ERR_ENDORSEMENT_POLICY' });
    });

    test('a result that one organisation alone reports', async () => {
      const key = keyOf();
      const study = await actors.openStudy(key);
      const { result } = await actors.close(study, await actors.fill(key, study));
      const { openingId } = await actors.requestOpening(study);
      const partials = await actors.answer(key, openingId, result);
      await expect(
        actors.record(study, result, partials, { as: OPENER, endorsers: ['CityHospitalMSP'] }),
      ).rejects.toMatchObject({ code: 'ERR_ENDORSEMENT_POLICY' });
      await expect(actors.record(study, result, partials, { as: OUTSIDER })).rejects.toMatchObject({
        code: 'ERR_FORBIDDEN',
      });
      expect(await actors.record(study, result, partials)).toMatchObject({ status: 'PUBLISHED' });
    });

    test.each<[string, number, number, string]>([
      ['smaller than its square', 1, -((FIGURES[5] ?? 0) ** 2 % 2 ** 32), 'SUMS_IMPOSSIBLE'],
      ['much greater than its square', 2, 1000, 'VARIANCE_TOO_GREAT'],
      ['with something where nothing belongs', 7, 1, 'STRAY_VALUES'],
    ])('a figure whose x² is %s, once it shows', async (_, slot, by, defect) => {
      const key = keyOf();
      const study = await actors.openStudy(key);
      const figures = await actors.fill(key, study, FIGURES.slice(0, 5));
      const honest = [...packed(study.terms, FIGURES[5] ?? 0), 0, 0, 0, 0, 0];
      const high = slot === 1 ? tampered(honest, 2, -(honest[2] ?? 0) - 40) : honest;
      const lie = await actors.encrypt(key, tampered(high, slot, by));
      await actors.join(west, study);
      await actors.contribute(west, study, lie);
      const { study: refused } = await actors.publish(key, study, figures.set(lie.hash, lie));
      expect(refused).toMatchObject({ status: 'IMPLAUSIBLE', defect });
      const { studyId } = study.terms;
      const told = await actors.evaluate(OUTSIDER, 'getStudy', { studyId });
      expect(told).toMatchObject({ status: 'IMPLAUSIBLE', defect });
      await expect(actors.resultOf(west, study)).rejects.toMatchObject({ code: 'ERR_NOT_FOUND' });
    });

    test('to go round a study through the contract of endorsed computation', async () => {
      const key = keyOf();
      const study = await actors.openStudy(key);
      const figures = await actors.fill(key, study);
      const { result } = await actors.close(study, figures);
      const { bytes, hash } = await actors.encrypt(key, [1]);
      const { keyId, measure, period, range, studyId } = study.terms;
      const purpose = 'joint-statistics';
      const { committee } = actors;
      await expect(
        committee.submit(
          OPENER,
          'registerCiphertext',
          { keyId, ciphertextHash: hash, purpose, measure, period, range },
          { transient: { ciphertext: bytes } },
        ),
      ).rejects.toMatchObject({ code: 'ERR_FORBIDDEN' });
      const { evaluationId = '' } = await actors.evaluate(OPENER, 'getStudy', { studyId });
      const { openingId } = await actors.requestOpening(study);
      const again = actors.world.uniqueId('opening');
      await expect(
        committee.submit(OPENER, 'requestOpening', {
          openingId: again,
          evaluationId,
          recipients: ['CityHospitalMSP', 'InsurerMSP'],
        }),
      ).rejects.toMatchObject({ code: 'ERR_FORBIDDEN' });
      await actors.answer(key, openingId, result);
      await expect(
        committee.submit(VALLEY[0] ?? OPENER, 'recordOpening', {
          openingId,
          openedHash: '0'.repeat(64),
        }),
      ).rejects.toMatchObject({ code: 'ERR_FORBIDDEN' });
    });
  });
}
