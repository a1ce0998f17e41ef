import type { TestKey } from '../computation/committee.js';
import { ANALYSTS, NINTH, OPENER, packed, type StudyActors } from './actors.js';

const TWO_OF_FOUR = {
  members: ['CityHospitalMSP', 'InsurerMSP', 'RegulatorMSP', 'ValleyHospitalMSP'],
  threshold: 2,
};

export function keyCases(actors: StudyActors, keyOf: () => Promise<TestKey>): void {
  const [, north = OPENER, south = OPENER] = ANALYSTS;

  describe('the key of a study', () => {
    test('is not used up by a study that no cohort has joined', async () => {
      const key = await keyOf();
      const dummy = await actors.openStudy(key, {}, NINTH);
      const refused = { code: 'ERR_COHORT_TOO_SMALL' };
      await expect(actors.endJoining(dummy, NINTH)).rejects.toMatchObject(refused);
      // Nor by the institutions of one organisation, and one more.
      for (const as of [NINTH, north, south, OPENER]) {
        await actors.join(as, dummy, await actors.encrypt(as, key, dummy, packed(dummy.terms, 1)));
      }
      await expect(actors.endJoining(dummy, NINTH)).rejects.toMatchObject(refused);
      const study = await actors.openStudy(key);
      await actors.joinOthers(study);
      expect(await actors.endJoining(study)).toMatchObject({ status: 'CONTRIBUTING' });
    });

    test('is held by whom the terms say: the contract tells, not the opener', async () => {
      const key = await keyOf();
      const { terms } = await actors.openStudy(key);
      expect(terms).toMatchObject({
        committee: {
          members: ['InsurerMSP', 'RegulatorMSP', 'ValleyHospitalMSP'],
          threshold: 2,
        },
        publicKeyHash: key.onLedger.publicKeyHash,
        minimumOfOthers: 5,
        coalition: 1,
        step: 10_00,
      });
      const pretended = { committee: { members: ['PharmaMSP'], threshold: 1 } };
      await expect(actors.openStudy(key, pretended as object)).rejects.toMatchObject({
        code: 'ERR_INVALID_ARGUMENT',
      });
    });

    test('takes no figure once another committee holds it', async () => {
      const key = await keyOf();
      const [study, early] = [await actors.openStudy(key), await actors.openStudy(key)];
      const figure = await actors.encrypt(north, key, study, packed(study.terms, 1));
      await actors.join(north, study, figure);
      await actors.joinOthers(study);
      await actors.endJoining(study);
      await actors.committee.reshare(key, TWO_OF_FOUR, 1);
      const refused = {
        code: 'ERR_CONFLICT',
        message: expect.stringContaining('not held by the committee') as string,
      };
      await expect(actors.contribute(north, study, figure)).rejects.toMatchObject(refused);
      const late = await actors.encrypt(south, key, early, packed(early.terms, 1));
      await expect(actors.join(south, early, late)).rejects.toMatchObject(refused);
    });

    test('lets no study be closed once another committee holds it', async () => {
      const key = await keyOf();
      const study = await actors.openStudy(key);
      const figures = await actors.fill(key, study);
      await actors.committee.reshare(key, TWO_OF_FOUR, 1);
      await expect(actors.close(study, figures)).rejects.toMatchObject({
        code: 'ERR_CONFLICT',
        message: expect.stringContaining('not held by the committee') as string,
      });
    });
  });
}
