import { sha256Hex } from '@salus/protocol';
import type { TestKey } from '../computation/committee.js';
import {
  ANALYSTS,
  CITY,
  FIGURES,
  OPENER,
  packed,
  PHARMA,
  type StudyActors,
  VALLEY,
} from './actors.js';

export function cohortCases(actors: StudyActors, keyOf: () => Promise<TestKey>): void {
  const [, , , , east = OPENER, west = OPENER] = ANALYSTS;

  describe('the cohort of a study', () => {
    test('leaves each organisation five of others or more: four are refused', async () => {
      const key = await keyOf();
      const study = await actors.openStudy(key);
      const slots = FIGURES.map((value) => packed(study.terms, value));
      const each = await actors.encryptAll(key, study, slots);
      for (const [index, figure] of each.entries()) {
        await actors.join(ANALYSTS[index] ?? OPENER, study, figure);
      }
      await actors.endJoining(study);
      const figures = new Map(each.map((figure) => [figure.hash, figure]));
      for (const [index, figure] of each.slice(0, -1).entries()) {
        await actors.contribute(ANALYSTS[index] ?? OPENER, study, figure);
      }
      await expect(actors.close(study, figures)).rejects.toMatchObject({
        code: 'ERR_COHORT_TOO_SMALL',
      });
      expect(await actors.requestOpening(study)).toMatchObject({
        permitted: false,
        reason: 'NOT_EVALUATED',
      });
      const [last] = each.slice(-1);
      if (last === undefined) throw new Error('there are no figures');
      await actors.contribute(PHARMA[1] ?? OPENER, study, last);
      const { study: closed } = await actors.close(study, figures);
      expect(closed).toMatchObject({ status: 'CLOSED' });
    });

    test('loses who drops out before the opening, and is then evaluated again', async () => {
      const key = await keyOf();
      const study = await actors.openStudy(key);
      const figures = await actors.fill(key, study);
      const { studyId } = study.terms;
      await actors.close(study, figures);
      await expect(actors.close(study, figures)).rejects.toMatchObject({ code: 'ERR_CONFLICT' });

      const dropOut = { studyId, reason: 'CONSENT_WITHDRAWN' as const };
      const left = await actors.submit(east, 'dropOut', dropOut);
      expect(left.contribution).toBeUndefined();
      expect(await actors.requestOpening(study)).toMatchObject({ reason: 'INPUT_WITHDRAWN' });
      await expect(actors.close(study, figures)).rejects.toMatchObject({
        code: 'ERR_COHORT_TOO_SMALL',
      });
      await expect(actors.submit(east, 'dropOut', dropOut)).rejects.toMatchObject({
        code: 'ERR_CONFLICT',
      });
      const late = await actors.encrypt(east, key, study, packed(study.terms, 1));
      await expect(actors.contribute(east, study, late)).rejects.toMatchObject({
        code: 'ERR_CONFLICT',
      });
    });

    test('is frozen by its opening: nobody drops out, nothing is evaluated again', async () => {
      const key = await keyOf();
      const study = await actors.openStudy(key);
      const figures = await actors.fill(key, study);
      const { result } = await actors.close(study, figures);
      const opening = await actors.requestOpening(study, VALLEY[1]);
      expect(opening).toMatchObject({ reason: 'ENTITLED' });
      const { studyId } = study.terms;
      await expect(
        actors.submit(east, 'dropOut', { studyId, reason: 'CONTRIBUTOR_WITHDREW' }),
      ).rejects.toMatchObject({ code: 'ERR_CONFLICT' });
      // Nor past the study, which would stay frozen for ever.
      const [ciphertextHash = ''] = figures.keys();
      for (const as of [OPENER, ['CityHospital', 'billing']] as const) {
        await expect(
          actors.committee.submit(as, 'withdrawCiphertext', {
            ciphertextHash,
            reason: 'CONSENT_WITHDRAWN',
          }),
        ).rejects.toMatchObject({ code: 'ERR_FORBIDDEN' });
      }
      await expect(actors.close(study, figures)).rejects.toMatchObject({ code: 'ERR_CONFLICT' });
      const partials = await actors.answer(key, opening.openingId, result);
      await actors.record(study, result, partials);
      expect(await actors.requestOpening(study)).toMatchObject({ reason: 'ALREADY_OPENED' });
    });

    test('takes no other figure from who dropped out, and not the same again', async () => {
      const key = await keyOf();
      const study = await actors.openStudy(key);
      const figures = await actors.fill(key, study);
      const { studyId } = study.terms;
      await actors.submit(west, 'dropOut', { studyId, reason: 'ERRONEOUS' });
      const corrected = await actors.encrypt(west, key, study, packed(study.terms, 801_00));
      await expect(actors.contribute(west, study, corrected)).rejects.toMatchObject({
        code: 'ERR_HASH_MISMATCH',
      });
      const same = [...figures.values()][5] ?? corrected;
      await expect(actors.contribute(west, study, same)).rejects.toMatchObject({
        code: 'ERR_ALREADY_EXISTS',
      });
    });

    test('is closed by the opener, before the deadline by nobody else', async () => {
      const key = await keyOf();
      const study = await actors.openStudy(key);
      const figures = await actors.fill(key, study);
      for (const as of [CITY[1], VALLEY[0]]) {
        await expect(actors.close(study, figures, as ? { as } : {})).rejects.toMatchObject({
          code: 'ERR_FORBIDDEN',
        });
      }
    });

    test('is joined by institutions at once, none of which stands in the way of another', async () => {
      const { terms, termsHash } = await actors.openStudy(await keyOf());
      const joining = [east, west].map((as, index) => {
        const ciphertextHash = sha256Hex(Buffer.from(`figure-${index}`));
        const request = { studyId: terms.studyId, termsHash, ciphertextHash, epoch: 0 };
        return actors.world.client(...as).endorse('statistics', 'joinStudy', {
          args: [JSON.stringify(request)],
          endorsingOrganizations: ['ValleyHospitalMSP', 'InsurerMSP', 'RegulatorMSP'],
        });
      });
      const endorsed = await Promise.all(joining);
      for (const one of endorsed) await one.commit();
      const study = await actors.evaluate(OPENER, 'getStudy', { studyId: terms.studyId });
      expect(study.participants).toHaveLength(2);
    });

    test('does not commit as frozen when somebody drops out between decision and block', async () => {
      const key = await keyOf();
      const study = await actors.openStudy(key);
      await actors.close(study, await actors.fill(key, study));
      const { studyId } = study.terms;
      const request = { studyId };
      const endorsed = await actors.world
        .client(...OPENER)
        .endorse('statistics', 'requestOpening', {
          args: [JSON.stringify(request)],
          endorsingOrganizations: ['ValleyHospitalMSP', 'InsurerMSP', 'RegulatorMSP'],
        });
      await actors.submit(east, 'dropOut', { studyId, reason: 'CONSENT_WITHDRAWN' });
      await expect(endorsed.commit()).rejects.toMatchObject({ code: 'ERR_MVCC_CONFLICT' });
    });
  });
}
