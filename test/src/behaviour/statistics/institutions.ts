import { officer, type TestKey } from '../computation/committee.js';
import {
  ANALYSTS,
  CITY,
  institutionOf,
  NINTH,
  OPENER,
  OUTSIDER,
  type StudyActors,
} from './actors.js';

export function institutionCases(actors: StudyActors, keyOf: () => Promise<TestKey>): void {
  describe('an institution', () => {
    test('counts once another organisation vouches for it', async () => {
      const institution = actors.world.uniqueId('clinic');
      const mspId = 'CityHospitalMSP';
      const city = officer(mspId);
      const registered = await actors.submit(city, 'registerInstitution', {
        institution,
        name: 'A clinic',
      });
      expect(registered).toMatchObject({ mspId, institution, status: 'PENDING' });
      const approve = (as: readonly [string, string]) =>
        actors.submit(as, 'approveInstitution', { mspId, institution });
      await expect(approve(city)).rejects.toMatchObject({ code: 'ERR_FORBIDDEN' });
      await expect(approve(OUTSIDER)).rejects.toMatchObject({ code: 'ERR_FORBIDDEN' });
      const approved = await approve(officer('RegulatorMSP'));
      expect(approved).toMatchObject({ status: 'APPROVED', approvedBy: 'RegulatorMSP' });
      await expect(approve(officer('InsurerMSP'))).rejects.toMatchObject({ code: 'ERR_CONFLICT' });
      const found = await actors.evaluate(OUTSIDER, 'getInstitution', { mspId, institution });
      expect(found).toEqual(approved);
    });

    test('is registered once, by an officer of its organisation', async () => {
      const [first = OPENER] = CITY;
      const request = { institution: institutionOf(first), name: 'Again' };
      await expect(
        actors.submit(officer('CityHospitalMSP'), 'registerInstitution', request),
      ).rejects.toMatchObject({ code: 'ERR_ALREADY_EXISTS' });
      await expect(actors.submit(first, 'registerInstitution', request)).rejects.toMatchObject({
        code: 'ERR_FORBIDDEN',
      });
    });

    test('is who opens and joins studies: by its analyst, and by nobody else', async () => {
      const key = await keyOf();
      const study = await actors.openStudy(key);
      const figure = await actors.encrypt(OPENER, key, study, [1, 1, 0]);
      for (const as of [
        OUTSIDER,
        ['CityHospital', 'billing'],
        officer('CityHospitalMSP'),
      ] as const) {
        await expect(actors.join(as, study, figure)).rejects.toMatchObject({
          code: 'ERR_FORBIDDEN',
        });
        await expect(actors.openStudy(key, {}, as)).rejects.toMatchObject({
          code: 'ERR_FORBIDDEN',
        });
      }
    });

    test('agrees to the very terms of a study, once, and contributes only then', async () => {
      const key = await keyOf();
      const study = await actors.openStudy(key);
      const [, as = OPENER] = ANALYSTS;
      const figure = await actors.encrypt(as, key, study, [1, 1, 0]);
      await expect(
        actors.join(as, { ...study, termsHash: '0'.repeat(64) }, figure),
      ).rejects.toMatchObject({ code: 'ERR_HASH_MISMATCH' });
      await actors.join(as, study, figure);
      await expect(actors.join(as, study, figure)).rejects.toMatchObject({
        code: 'ERR_ALREADY_EXISTS',
      });
      await actors.joinOthers(study);
      await actors.endJoining(study);
      await expect(actors.contribute(NINTH, study, figure)).rejects.toMatchObject({
        code: 'ERR_NOT_FOUND',
      });
      expect(await actors.contribute(as, study, figure)).toMatchObject({
        mspId: 'CityHospitalMSP',
        institution: 'city-north',
        contribution: { ciphertextHash: figure.hash },
      });
    });
  });
}
