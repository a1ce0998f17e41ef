import { freshBound, profileOf } from '@salus/compute';
import { sha256Hex } from '@salus/protocol';
import { figureSlots } from '@salus/protocol/statistics';
import {
  officer,
  PROFILE,
  TWO_OF_THREE,
  withHiddenMultiple,
  type TestKey,
} from '../computation/committee.js';
import {
  ANALYSTS,
  FIGURES,
  NINTH,
  OPENER,
  OUTSIDER,
  packed,
  PUBLISHER,
  tampered,
  type StudyActors,
  type Figure,
} from './actors.js';

export function attackCases(actors: StudyActors, keyOf: () => Promise<TestKey>): void {
  const [, north = OPENER, , , east = OPENER, west = OPENER] = ANALYSTS;
  const profile = profileOf(PROFILE);

  describe('joint statistics refuse', () => {
    test('a second contribution, and a ciphertext of another', async () => {
      const key = await keyOf();
      const study = await actors.openStudy(key);
      const figure = await actors.encrypt(north, key, study, packed(study.terms, 1));
      await actors.join(north, study, figure);
      const own = await actors.encrypt(west, key, study, packed(study.terms, 1));
      await actors.join(west, study, own);
      await actors.joinOthers(study);
      await actors.endJoining(study);
      await actors.contribute(north, study, figure);
      await expect(actors.contribute(north, study, figure)).rejects.toMatchObject({
        code: 'ERR_ALREADY_EXISTS',
      });
      await expect(actors.contribute(west, study, figure)).rejects.toMatchObject({
        code: 'ERR_HASH_MISMATCH',
      });
    });

    test('to block an institution: whoever commits to its hash first gains nothing by it', async () => {
      const key = await keyOf();
      const [study, ofThief] = [await actors.openStudy(key), await actors.openStudy(key)];
      const figure = await actors.encrypt(north, key, study, packed(study.terms, 1));
      // An endorser sees the join before it is committed, and has its own institutions join before.
      await actors.join(west, ofThief, figure);
      await actors.join(west, study, figure);
      await actors.join(north, study, figure);
      await actors.joinOthers(study);
      await actors.joinOthers(ofThief);
      await actors.endJoining(study);
      await actors.endJoining(ofThief);
      for (const replayed of [study, ofThief]) {
        await expect(actors.contribute(west, replayed, figure)).rejects.toMatchObject({
          code: 'ERR_PROOF_INVALID',
        });
      }
      const { contribution } = await actors.contribute(north, study, figure);
      expect(contribution?.ciphertextHash).toBe(figure.hash);
      for (const replayed of [study, ofThief]) {
        await expect(actors.contribute(west, replayed, figure)).rejects.toMatchObject({
          code: 'ERR_ALREADY_EXISTS',
        });
      }
    });

    test('a figure with a multiple of the secret key hidden in it', async () => {
      const key = await keyOf();
      const study = await actors.openStudy(key);
      const slots = FIGURES.map((value) => packed(study.terms, value));
      const honest = await actors.encryptAll(key, study, slots);
      const own = honest[5] as Figure;
      const bytes = withHiddenMultiple(own.bytes);
      const evil = { ...own, bytes, hash: sha256Hex(bytes) };
      for (const [index, figure] of honest.slice(0, 5).entries()) {
        await actors.join(ANALYSTS[index] ?? OPENER, study, figure);
      }
      await actors.join(west, study, evil);
      await actors.joinOthers(study);
      await actors.endJoining(study);
      await expect(actors.contribute(west, study, evil)).rejects.toMatchObject({
        code: 'ERR_PROOF_INVALID',
      });
    });

    test('a figure that another analyst proved, or that was proved for another study', async () => {
      const key = await keyOf();
      const study = await actors.openStudy(key);
      const other = await actors.openStudy(key, { measure: study.terms.measure });
      const slots = packed(study.terms, 1);
      const ofNorth = await actors.encrypt(north, key, study, slots);
      const ofOther = await actors.encrypt(east, key, other, slots);
      await actors.join(west, study, ofNorth);
      await actors.join(east, study, ofOther);
      await actors.joinOthers(study);
      await actors.endJoining(study);
      for (const [as, figure] of [
        [west, ofNorth],
        [east, ofOther],
      ] as const) {
        await expect(actors.contribute(as, study, figure)).rejects.toMatchObject({
          code: 'ERR_PROOF_INVALID',
        });
      }
    });

    test("a contribution that is made of another's", async () => {
      const key = await keyOf();
      const study = await actors.openStudy(key);
      const victim = await actors.encrypt(north, key, study, packed(study.terms, 412_34));
      const own = await actors.encrypt(west, key, study, packed(study.terms, 1));
      await actors.join(north, study, victim);
      await expect(actors.contribute(north, study, victim)).rejects.toMatchObject({
        code: 'ERR_CONFLICT',
      });
      await actors.join(west, study, own);
      await actors.joinOthers(study);
      await expect(actors.endJoining(study, west)).rejects.toMatchObject({ code: 'ERR_FORBIDDEN' });
      expect(await actors.endJoining(study)).toMatchObject({ status: 'CONTRIBUTING' });
      await actors.contribute(north, study, victim);

      const bound = { least: 0, most: 1_000_00 };
      const { bytes, hash } = await actors.committee.engine.evaluate({
        program: { name: 'sum.v1' },
        inputs: [victim, own].map((one) => ({
          bytes: one.bytes,
          bound: freshBound(profile, bound),
        })),
      });
      const copy = { ...own, bytes, hash };
      await expect(actors.contribute(west, study, copy)).rejects.toMatchObject({
        code: 'ERR_HASH_MISMATCH',
      });
      await expect(actors.join(east, study, copy)).rejects.toMatchObject({ code: 'ERR_CONFLICT' });
      await expect(actors.endJoining(study)).rejects.toMatchObject({ code: 'ERR_CONFLICT' });
    });

    test("a contribution that is made of another's of another study", async () => {
      const key = await keyOf();
      const first = await actors.openStudy(key);
      const second = await actors.openStudy(key);
      const figure = await actors.encrypt(west, key, first, packed(first.terms, 1));
      await actors.join(west, first, figure);
      await actors.joinOthers(first);
      await actors.endJoining(first);
      const refused = {
        code: 'ERR_CONFLICT',
        message: expect.stringContaining('another study') as string,
      };
      await expect(actors.join(north, second, figure)).rejects.toMatchObject(refused);
      await expect(actors.openStudy(key)).rejects.toMatchObject(refused);
    });

    test('an institution that joins between the end of joining and its block', async () => {
      const key = await keyOf();
      const study = await actors.openStudy(key);
      const { studyId } = study.terms;
      await actors.joinOthers(study);
      const request = {
        studyId,
        termsHash: study.termsHash,
        ciphertextHash: 'a'.repeat(64),
        epoch: 0,
      };
      const joining = await actors.world.client(...NINTH).endorse('statistics', 'joinStudy', {
        args: [JSON.stringify(request)],
        endorsingOrganizations: ['ValleyHospitalMSP', 'InsurerMSP', 'RegulatorMSP'],
      });
      await actors.submit(OPENER, 'endJoining', { studyId });
      await expect(joining.commit()).rejects.toMatchObject({ code: 'ERR_MVCC_CONFLICT' });
    });

    test.each(['2026-Q1', '2026-02', '2026'])(
      'a second study of the same measure that could be subtracted (%s)',
      async (period) => {
        const key = await keyOf();
        const first = await actors.openStudy(key);
        await actors.publish(key, first, await actors.fill(key, first));
        const other = await keyOf();
        const second = await actors.openStudy(other, { measure: first.terms.measure, period });
        const figure = await actors.encrypt(north, other, second, packed(second.terms, 1));
        await actors.join(north, second, figure);
        await actors.joinOthers(second);
        await actors.endJoining(second);
        await expect(actors.contribute(north, second, figure)).rejects.toMatchObject({
          code: 'ERR_ALREADY_EXISTS',
        });
      },
    );

    test('no institution in the next period', async () => {
      const key = await keyOf();
      const first = await actors.openStudy(key);
      await actors.fill(key, first, FIGURES.slice(0, 2));
      const other = await keyOf();
      const second = await actors.openStudy(other, {
        measure: first.terms.measure,
        period: '2026-Q2',
      });
      const figure = await actors.encrypt(north, other, second, packed(second.terms, 1));
      await actors.join(north, second, figure);
      await actors.joinOthers(second);
      await actors.endJoining(second);
      const contributed = await actors.contribute(north, second, figure);
      expect(contributed.contribution?.ciphertextHash).toBe(figure.hash);
    });

    test('an opening that an outsider asks for', async () => {
      const key = await keyOf();
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

    test('a result that is not the sum of the cohort, and fewer endorsers than the threshold', async () => {
      const key = await keyOf();
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

    test('a result that one publisher alone reports, and one of a contributor', async () => {
      const key = await keyOf();
      const study = await actors.openStudy(key);
      const { result } = await actors.close(study, await actors.fill(key, study));
      const { openingId } = await actors.requestOpening(study);
      const partials = await actors.answer(key, openingId, result);
      await expect(
        actors.record(study, result, partials, { endorsers: ['RegulatorMSP'] }),
      ).rejects.toMatchObject({ code: 'ERR_ENDORSEMENT_POLICY' });
      for (const as of [OPENER, OUTSIDER, officer('ValleyHospitalMSP')]) {
        await expect(actors.record(study, result, partials, { as })).rejects.toMatchObject({
          code: 'ERR_FORBIDDEN',
        });
      }
      expect(await actors.record(study, result, partials)).toMatchObject({ status: 'PUBLISHED' });
    });

    test('to replace an opening that is answered: a contributor that asks again finds the same', async () => {
      const key = await keyOf();
      const study = await actors.openStudy(key);
      const { result } = await actors.close(study, await actors.fill(key, study));
      const { openingId } = await actors.requestOpening(study);
      const partials = await actors.answer(key, openingId, result);
      for (const as of [west, OPENER]) {
        expect(await actors.requestOpening(study, as)).toMatchObject({
          permitted: true,
          openingId,
        });
      }
      expect(await actors.record(study, result, partials)).toMatchObject({
        status: 'PUBLISHED',
        openingId,
      });
    });

    test('to take a confirmed opening away by asking for another one after a resharing', async () => {
      const key = await keyOf();
      const study = await actors.openStudy(key);
      const { result } = await actors.close(study, await actors.fill(key, study));
      const { openingId } = await actors.requestOpening(study);
      const partials = await actors.answer(key, openingId, result);
      await actors.committee.reshare(key, TWO_OF_THREE, 1);
      const moved = await actors.requestOpening(study, west);
      expect(moved).toMatchObject({ permitted: true, status: 'COLLECTING' });
      expect(moved.openingId).not.toBe(openingId);
      const other = await actors.openStudy(await keyOf());
      await expect(
        actors.record(study, result, partials, { openingId: other.terms.studyId }),
      ).rejects.toMatchObject({ code: 'ERR_NOT_FOUND' });
      expect(await actors.record(study, result, partials, { openingId })).toMatchObject({
        status: 'PUBLISHED',
        result: { openingId },
      });
    });

    test.each<[string, number, number, string]>([
      ['smaller than its square', 1, -((FIGURES[5] ?? 0) ** 2 % 2 ** 32), 'SUMS_IMPOSSIBLE'],
      ['much greater than its square', 2, 1000, 'VARIANCE_TOO_GREAT'],
    ])('a figure whose x² is %s, once it shows', async (_, slot, by, defect) => {
      const key = await keyOf();
      const study = await actors.openStudy(key);
      const honest = [...packed(study.terms, FIGURES[5] ?? 0), 0, 0, 0, 0, 0];
      const high = slot === 1 ? tampered(honest, 2, -(honest[2] ?? 0) - 40) : honest;
      const lie = await actors.encrypt(west, key, study, tampered(high, slot, by));
      const slots = FIGURES.map((value) => packed(study.terms, value));
      const each = await actors.encryptAll(key, study, slots);
      const figures = await actors.fillWith(study, each.with(5, lie));
      const { study: refused } = await actors.publish(key, study, figures);
      expect(refused).toMatchObject({ status: 'IMPLAUSIBLE', defect });
      const { studyId } = study.terms;
      const told = await actors.evaluate(OUTSIDER, 'getStudy', { studyId });
      expect(told).toMatchObject({ status: 'IMPLAUSIBLE', defect });
      expect(told.result).toBeUndefined();
      await expect(actors.resultOf(west, study)).rejects.toMatchObject({ code: 'ERR_NOT_FOUND' });
    });

    test('a value where nothing belongs: nobody reads it, and nothing comes of it', async () => {
      const key = await keyOf();
      const study = await actors.openStudy(key);
      const honest = [...packed(study.terms, FIGURES[5] ?? 0), 0, 0, 0, 0, 0];
      const stray = await actors.encrypt(west, key, study, tampered(honest, 7, 1));
      const slots = FIGURES.map((value) => packed(study.terms, value));
      const each = await actors.encryptAll(key, study, slots);
      const figures = await actors.fillWith(study, each.with(5, stray));
      const { opening, study: published } = await actors.publish(key, study, figures);
      expect(opening).toMatchObject({ shownSlots: figureSlots(study.terms.kind) });
      expect(published).toMatchObject({ status: 'PUBLISHED' });
    });

    test('an opening that goes round the study through the contract of endorsed computation', async () => {
      const key = await keyOf();
      const study = await actors.openStudy(key);
      const figures = await actors.fill(key, study);
      const { result } = await actors.close(study, figures);
      const { bytes, hash, proof, publicKey } = await actors.encrypt(OPENER, key, study, [1]);
      const { keyId, measure, period, range, studyId } = study.terms;
      const purpose = 'joint-statistics';
      const { committee } = actors;
      const about = { keyId, purpose, measure, period, range, slots: 3, epoch: 0 };
      await expect(
        committee.submit(
          OPENER,
          'registerCiphertext',
          { ...about, ciphertextHash: hash, proofHash: proof.hash },
          { transient: { ciphertext: bytes, proof: proof.bytes, publicKey } },
        ),
      ).rejects.toMatchObject({ code: 'ERR_FORBIDDEN' });
      const { evaluationId = '' } = await actors.evaluate(OPENER, 'getStudy', { studyId });
      const { openingId } = await actors.requestOpening(study);
      await expect(
        committee.submit(OPENER, 'requestOpening', {
          evaluationId,
          recipients: ['CityHospitalMSP', 'InsurerMSP'],
        }),
      ).rejects.toMatchObject({ code: 'ERR_FORBIDDEN' });
      await actors.answer(key, openingId, result);
      await expect(
        committee.submit(PUBLISHER, 'recordOpening', {
          openingId,
          openedHash: '0'.repeat(64),
        }),
      ).rejects.toMatchObject({ code: 'ERR_FORBIDDEN' });
    });
  });
}
