import { createEngine } from '@salus/compute';
import { DAY_MS } from '@salus/protocol';
import { CommitteeActors } from './behaviour/computation/committee.js';
import {
  ANALYSTS,
  FIGURES,
  NINTH,
  OPENER,
  packed,
  StudyActors,
} from './behaviour/statistics/actors.js';
import { MemoryWorld } from './memory-world.js';

// Beside the behaviours: no network waits for thirty days.
describe('a study that a contributor freezes by keeping its proof from the committee', () => {
  const engine = createEngine();
  let days = 0;
  const world = new MemoryWorld({}, () => new Date(Date.now() + days * DAY_MS));
  const actors = new StudyActors(
    new CommitteeActors(world, engine, 'joint-statistics', 'statistics'),
  );
  const [, north = OPENER] = ANALYSTS;
  const nine = [...ANALYSTS, NINTH];
  const all = [...FIGURES, 500_00];

  beforeAll(() => actors.registerInstitutions());
  afterAll(() => engine.close());

  /** Nine figures, and an opening that is permitted. */
  async function frozen() {
    days = 0;
    const key = await actors.committee.makeKey({
      validTo: new Date(Date.now() + 300 * DAY_MS).toISOString(),
    });
    const deadline = new Date(Date.now() + 200 * DAY_MS).toISOString();
    const study = await actors.openStudy(key, { deadline });
    const figures = await actors.fill(key, study, all, nine);
    const { result } = await actors.close(study, figures);
    const { openingId } = await actors.requestOpening(study);
    const { studyId } = study.terms;
    const leave = (as = NINTH) =>
      actors.submit(as, 'dropOut', { studyId, reason: 'CONTRIBUTOR_WITHDREW' });
    return { key, study, figures, result, openingId, leave };
  }

  test('lets figures out once its opening has expired in vain, and is then opened without them', async () => {
    const { key, study, figures, openingId, leave, result } = await frozen();
    await expect(leave()).rejects.toMatchObject({ code: 'ERR_CONFLICT' });
    days = 31;
    // Who asks again and again renews the opening, and holds nobody any longer.
    await actors.requestOpening(study, north);
    const left = await leave();
    expect(left.contribution).toBeUndefined();
    const { studyId } = study.terms;
    expect(await actors.evaluate(OPENER, 'getStudy', { studyId })).toMatchObject({
      status: 'CLOSED',
    });
    // What was permitted is answered no more.
    await expect(actors.answer(key, openingId, result)).rejects.toMatchObject({
      code: 'ERR_CONFLICT',
    });
    const { study: published } = await actors.publish(key, study, figures);
    expect(published).toMatchObject({ status: 'PUBLISHED', result: { count: 8 } });
    // The period of who left is free again.
    const other = await actors.committee.makeKey({
      validTo: new Date(Date.now() + 300 * DAY_MS).toISOString(),
    });
    const { measure, period, deadline } = study.terms;
    const next = await actors.openStudy(other, { measure, period, deadline });
    const figure = await actors.encrypt(NINTH, other, next, packed(next.terms, 1));
    await actors.join(NINTH, next, figure);
    await actors.joinOthers(next);
    await actors.endJoining(next);
    expect((await actors.contribute(NINTH, next, figure)).contribution).toBeDefined();
  });

  test('lets nothing out once a member has answered', async () => {
    const { key, study, openingId, leave, result } = await frozen();
    await actors.answer(key, openingId, result);
    days = 31;
    await expect(leave()).rejects.toMatchObject({ code: 'ERR_CONFLICT' });
    days = 62;
    await actors.requestOpening(study, north);
    await expect(leave()).rejects.toMatchObject({ code: 'ERR_CONFLICT' });
  });
});
