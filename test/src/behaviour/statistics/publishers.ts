import { officer, type TestKey } from '../computation/committee.js';
import { CITY, OPENER, packed, PUBLISHER, type StudyActors } from './actors.js';

export function publisherCases(actors: StudyActors, keyOf: () => Promise<TestKey>): void {
  describe('the publishers of a study', () => {
    test('have no institution in it', async () => {
      const key = await keyOf();
      const publishers = ['CityHospitalMSP', 'RegulatorMSP'];
      await expect(actors.openStudy(key, { publishers })).rejects.toMatchObject({
        code: 'ERR_FORBIDDEN',
      });
      const study = await actors.openStudy(key, { publishers }, ['Pharma', 'analyst-east']);
      const figure = await actors.encrypt(key, packed(study.terms, 1));
      await expect(actors.join(CITY[1] ?? OPENER, study, figure)).rejects.toMatchObject({
        code: 'ERR_FORBIDDEN',
        message: expect.stringContaining('publishes') as string,
      });
    });

    test('alone get what opens the exact sums', async () => {
      const key = await keyOf();
      const study = await actors.openStudy(key);
      const { result } = await actors.close(study, await actors.fill(key, study));
      const { openingId, recipients } = await actors.requestOpening(study);
      expect(recipients).toEqual(['InsurerMSP', 'RegulatorMSP']);
      const partials = await actors.answer(key, openingId, result);
      // Contributors' peers can't endorse the record, even where they get the partial openings.
      await expect(
        actors.record(study, result, partials, {
          endorsers: ['CityHospitalMSP', 'ValleyHospitalMSP', 'PharmaMSP'],
        }),
      ).rejects.toMatchObject({ code: 'ERR_ENDORSEMENT_POLICY' });
      const auditor = ['Regulator', 'auditor'] as const;
      await expect(actors.record(study, result, partials, { as: auditor })).rejects.toMatchObject({
        code: 'ERR_FORBIDDEN',
      });
      expect(await actors.record(study, result, partials)).toMatchObject({ status: 'PUBLISHED' });
      await expect(
        actors.record(study, result, partials, { as: officer('InsurerMSP') }),
      ).rejects.toMatchObject({ code: 'ERR_CONFLICT' });
    });

    test('record nothing before an opening is permitted', async () => {
      const key = await keyOf();
      const study = await actors.openStudy(key);
      const { result } = await actors.close(study, await actors.fill(key, study));
      await expect(actors.record(study, result, [], { as: PUBLISHER })).rejects.toMatchObject({
        code: 'ERR_CONFLICT',
      });
      await expect(actors.resultOf(OPENER, study)).rejects.toMatchObject({
        code: 'ERR_NOT_FOUND',
      });
    });
  });
}
