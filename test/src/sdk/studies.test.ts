import { createEngine } from '@salus/compute';
import type { Study } from '@salus/protocol/statistics';
import { coded } from '@salus/testing/coded';
import { CommitteeActors, type Actor, type TestKey } from '../behaviour/computation/committee.js';
import {
  ANALYSTS,
  OPENER,
  OUTSIDER,
  packed,
  PUBLISHER,
  StudyActors,
} from '../behaviour/statistics/actors.js';
import { answerOpening, until } from './answer-opening.js';
import { SdkWorld } from './sdk-world.js';

/** In dollars: mean 500, standard deviation 187.08, which is 190 in steps of 10. */
const FIGURES = [200, 300, 500, 500, 700, 800, 400, 600];

describe('client.studies', () => {
  const engine = createEngine();
  let world: SdkWorld;
  let actors: StudyActors;
  /** Under which nobody contributes: figures that were shown under a key enter no other study. */
  let unused: TestKey;

  beforeAll(async () => {
    world = await SdkWorld.open();
    const committee = new CommitteeActors(world.memory, engine, 'joint-statistics', 'statistics');
    actors = new StudyActors(committee);
    await actors.registerInstitutions();
    unused = await makeKey();
  });

  afterAll(async () => {
    await engine.close();
    await world.close();
  });

  const makeKey = async () => {
    const key = await actors.committee.makeKey();
    await (await world.storeOf('InsurerMSP')).put(key.publicKey);
    return key;
  };

  const joinAll = async ({ terms, termsHash }: Study, analysts: readonly Actor[] = ANALYSTS) => {
    for (const [index, analyst] of analysts.entries()) {
      const { studies } = await world.as(analyst);
      const figure = FIGURES[index] ?? Number.NaN;
      const { studyId, committee } = terms;
      await studies.join({ studyId, termsHash, committee, figure });
    }
  };

  const contributeAll = async ({ terms: { studyId } }: Study) => {
    for (const analyst of ANALYSTS) await (await world.as(analyst)).studies.contribute(studyId);
  };

  /** The committee answers the opening of a study, as soon as its recipient has left a key. */
  const answer = async (key: TestKey, studyId: string, recipient: string) => {
    const { statistics } = await world.as(OPENER);
    const openingId = await until(async () => (await statistics.getStudy(studyId)).openingId);
    const { committee } = actors;
    const recipients = [{ mspId: recipient, role: 'committee' }];
    const about = { committee, key, chaincode: 'statistics', openingId, recipients };
    await answerOpening(world, about);
  };

  it('joins, contributes and publishes: institutions learn the mean, each its own position', async () => {
    const key = await makeKey();
    const study = await actors.openStudy(key);
    const { studyId } = study.terms;
    await joinAll(study);
    await actors.endJoining(study);
    await contributeAll(study);
    const { studies, statistics } = await world.as(OPENER);
    const publisher = (await world.as(PUBLISHER)).studies;
    await expect(publisher.publish(studyId)).rejects.toThrow(coded('ERR_CONFLICT'));
    expect((await studies.close(studyId)).status).toBe('FROZEN');
    const [published] = await Promise.all([
      publisher.publish(studyId),
      answer(key, studyId, 'RegulatorMSP'),
    ]);
    expect(published.status).toBe('PUBLISHED');
    const result = await statistics.getResult(studyId);
    expect(result).toMatchObject({ count: 8, mean: 500, standardDeviation: 190 });
    const { zScore } = await studies.position(studyId, 200);
    expect(zScore).toBeCloseTo(-300 / 190);
    await expect(studies.close(studyId)).rejects.toThrow(coded('ERR_NO_DECISION'));
    await expect(publisher.publish(studyId)).rejects.toThrow(coded('ERR_CONFLICT'));
  });

  it('contributes nothing while institutions may join', async () => {
    const study = await actors.openStudy(unused);
    const { studyId } = study.terms;
    await joinAll(study, [OPENER]);
    const { studies, statistics } = await world.as(OPENER);
    await expect(studies.contribute(studyId)).rejects.toThrow(coded('ERR_CONFLICT'));
    const { participants } = await statistics.getStudy(studyId);
    expect(participants.map(({ contribution }) => contribution)).toEqual([undefined]);
  });

  it('joins with no figure outside the range that all agreed to', async () => {
    const study = await actors.openStudy(unused);
    const { terms, termsHash } = study;
    const { studies, statistics } = await world.as(OPENER);
    const { studyId, committee } = terms;
    const joining = studies.join({ studyId, termsHash, committee, figure: 10_000.01 });
    await expect(joining).rejects.toThrow(coded('ERR_VALUE_OUT_OF_RANGE'));
    expect((await statistics.getStudy(terms.studyId)).participants).toEqual([]);
  });

  it('contributes from the home that it joined from, and publishes no cohort that is too small', async () => {
    const key = await makeKey();
    const study = await actors.openStudy(key);
    const { studyId } = study.terms;
    await joinAll(study);
    await actors.endJoining(study);
    const { studies, statistics } = await world.as(OPENER);
    const elsewhere = { ...world.settings(OPENER), home: `${world.settings(OPENER).home}-other` };
    const stranger = (await world.as(OPENER, elsewhere)).studies;
    await expect(stranger.contribute(studyId)).rejects.toThrow(coded('ERR_NOT_FOUND'));
    await studies.contribute(studyId);
    await expect(studies.close(studyId)).rejects.toThrow(coded('ERR_COHORT_TOO_SMALL'));
    expect((await statistics.getStudy(studyId)).openingId).toBeUndefined();
  });

  it('freezes no cohort of which a proof is missing, and names who keeps it back', async () => {
    const key = await makeKey();
    const study = await actors.openStudy(key);
    const { studyId } = study.terms;
    const [withholder = OPENER] = ANALYSTS.slice(-1);
    const figure = await actors.encrypt(withholder, key, study, packed(study.terms, 600_00));
    await joinAll(study, ANALYSTS.slice(0, -1));
    await actors.join(withholder, study, figure);
    await actors.endJoining(study);
    for (const analyst of ANALYSTS.slice(0, -1)) {
      await (await world.as(analyst)).studies.contribute(studyId);
    }
    await actors.contribute(withholder, study, figure);
    const store = await world.storeOf('PharmaMSP');
    await store.put(figure.bytes);
    const { studies, statistics } = await world.as(OPENER);
    await expect(studies.close(studyId)).rejects.toThrow(
      coded('ERR_NOT_FOUND', { expected: 'the proof of pharma-west of PharmaMSP' }),
    );
    expect((await statistics.getStudy(studyId)).status).toBe('CONTRIBUTING');
    await store.put(figure.proof.bytes);
    expect((await studies.close(studyId)).status).toBe('FROZEN');
  });

  it('is for institutions: nobody else joins', async () => {
    const { terms, termsHash } = await actors.openStudy(unused);
    const { studies } = await world.as(OUTSIDER);
    const { studyId, committee } = terms;
    const joining = studies.join({ studyId, termsHash, committee, figure: 1 });
    await expect(joining).rejects.toThrow(coded('ERR_FORBIDDEN'));
  });

  it('names the setting that is missing', async () => {
    const { studyId } = (await actors.openStudy(unused)).terms;
    const { home, stores } = world.settings(OPENER);
    const homeless = (await world.as(OPENER, { stores: stores ?? {} })).studies;
    await expect(homeless.contribute(studyId)).rejects.toThrow(
      coded('ERR_SETTINGS_MISSING', { argument: 'home' }),
    );
    const storeless = (await world.as(OPENER, { home: home ?? '' })).studies;
    await expect(storeless.contribute(studyId)).rejects.toThrow(
      coded('ERR_SETTINGS_MISSING', { argument: 'stores' }),
    );
  });
});
