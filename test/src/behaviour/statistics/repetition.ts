import type { OpenStudyRequest, Study } from '@salus/protocol/statistics';
import { ENDORSERS, type TestKey } from '../computation/committee.js';
import {
  ANALYSTS,
  FIGURES,
  NINTH,
  OPENER,
  packed,
  PUBLISHERS,
  type StudyActors,
  tampered,
} from './actors.js';

const NINE = [...ANALYSTS, NINTH];
const HONEST = [...FIGURES, 500_00];
/** Valley's west institution is the one whose figure is wrong. */
const LIAR = 5;

export function repetitionCases(actors: StudyActors, keyOf: () => Promise<TestKey>): void {
  const liar = ANALYSTS[LIAR] ?? OPENER;

  /** Nine contribute, one of them something else than a figure with its square. */
  const implausible = async (change: Partial<OpenStudyRequest> = {}): Promise<Study> => {
    const key = await keyOf();
    const study = await actors.openStudy(key, change);
    const slots = HONEST.map((value) => packed(study.terms, value));
    const lie = tampered(slots[LIAR] ?? [], 2, 1000);
    const figures = await actors.encryptAll(key, study, slots.with(LIAR, lie), NINE);
    const closed = await actors.publish(key, study, await actors.fillWith(study, figures, NINE));
    expect(closed.study).toMatchObject({ status: 'IMPLAUSIBLE' });
    return closed.study;
  };
  const again = async ({ terms }: Study, change: Partial<OpenStudyRequest> = {}) => {
    const key = await keyOf();
    const { measure, period, range, studyId: repeats } = terms;
    return {
      key,
      study: await actors.openStudy(key, { measure, period, range, repeats, ...change }),
    };
  };

  describe('an implausible study', () => {
    test('is done again by the same institutions, and is then published', async () => {
      const first = await implausible();
      const { key, study } = await again(first);
      expect(study.repeated).toEqual([first.terms.studyId]);
      const figures = await actors.fill(key, study, HONEST, NINE);
      const { result } = await actors.close(study, figures);
      const { openingId } = await actors.requestOpening(study);
      // Asked for again, it writes nothing: of two at once both commit.
      const asking = await Promise.all(
        [OPENER, liar].map((as) =>
          actors.world.client(...as).endorse('statistics', 'requestOpening', {
            args: [JSON.stringify({ studyId: study.terms.studyId })],
            endorsingOrganizations: [...ENDORSERS],
          }),
        ),
      );
      for (const one of asking) await one.commit();
      const partials = await actors.answer(key, openingId, result);
      const published = await actors.record(study, result, partials);
      expect(published).toMatchObject({ status: 'PUBLISHED' });
      expect(published.result).toMatchObject({ count: 9, mean: 500 });
      const { repeatedBy } = await actors.evaluate(OPENER, 'getStudy', {
        studyId: first.terms.studyId,
      });
      expect(repeatedBy).toBe(study.terms.studyId);
      // The figures are in a result now: no third study has them.
      const third = await again(first);
      const figure = await actors.encrypt(
        liar,
        third.key,
        third.study,
        packed(third.study.terms, 1),
      );
      await actors.join(liar, third.study, figure);
      await actors.joinOthers(third.study);
      await actors.endJoining(third.study);
      await expect(actors.contribute(liar, third.study, figure)).rejects.toMatchObject({
        code: 'ERR_ALREADY_EXISTS',
      });
    });

    test('is done again without whom it leaves of its own will', async () => {
      const first = await implausible();
      const { studyId } = first.terms;
      const left = await actors.submit(liar, 'dropOut', { studyId, reason: 'ERRONEOUS' });
      expect(left.leftAt).toEqual(expect.any(String));
      await expect(
        actors.submit(liar, 'dropOut', { studyId, reason: 'ERRONEOUS' }),
      ).rejects.toMatchObject({ code: 'ERR_CONFLICT' });
      const { key, study } = await again(first);
      const rest = NINE.toSpliced(LIAR, 1);
      const figures = await actors.fill(key, study, HONEST.toSpliced(LIAR, 1), rest);
      const { study: published } = await actors.publish(key, study, figures);
      expect(published).toMatchObject({ status: 'PUBLISHED', result: { count: 8 } });
    });

    test('is not done again without a victim, whose figure would be the difference', async () => {
      const first = await implausible();
      const { key, study } = await again(first);
      const victim = 1;
      const rest = NINE.toSpliced(victim, 1);
      const figures = await actors.fill(key, study, HONEST.toSpliced(victim, 1), rest);
      await expect(actors.close(study, figures)).rejects.toMatchObject({
        code: 'ERR_COHORT_TOO_SMALL',
        message: expect.stringContaining('differs') as string,
      });
      expect(await actors.requestOpening(study)).toMatchObject({ reason: 'NOT_EVALUATED' });
    });

    test('keeps its period from every study that does not do it again', async () => {
      const { terms } = await implausible();
      const key = await keyOf();
      const study = await actors.openStudy(key, { measure: terms.measure, period: terms.period });
      const figure = await actors.encrypt(liar, key, study, packed(study.terms, 1));
      await actors.join(liar, study, figure);
      await actors.joinOthers(study);
      await actors.endJoining(study);
      await expect(actors.contribute(liar, study, figure)).rejects.toMatchObject({
        code: 'ERR_ALREADY_EXISTS',
      });
      for (const change of [{ period: '2026' }, { range: { least: 0, most: 20_000_00 } }]) {
        await expect(again({ terms } as Study, change)).rejects.toMatchObject({
          code: 'ERR_INVALID_ARGUMENT',
        });
      }
    });

    test('is one that was opened and refused: no other study is done again', async () => {
      const key = await keyOf();
      const study = await actors.openStudy(key, { publishers: [...PUBLISHERS] });
      await expect(again(study)).rejects.toMatchObject({ code: 'ERR_CONFLICT' });
      await expect(
        actors.openStudy(key, { repeats: actors.world.uniqueId('none') }),
      ).rejects.toMatchObject({ code: 'ERR_NOT_FOUND' });
    });
  });
}
