import { untilIdle } from '../idle.js';
import { median } from '../stats.js';
import { COMMITTEE, CONTRACT, CommitteeServices } from './committee-services.js';
import { CONTRIBUTORS, Studies } from './studies.js';
import { Timeline } from './timeline.js';
import { WatchedOpenings, type OpeningTimes } from './watched-opening.js';

const ROUNDS = 1;
const TARGETS = { cachedMs: 1500, coldMs: 4000, wholeMs: 5000 };
const KEY = 'bench';
/** So three of five answer. They wait for the others before they prove what they opened. */
const AWAY = ['ValleyHospital', 'Pharma'] as const;
const WITH_PROOFS = 'with-proofs';

/**
 * Openings of studies on a real network, answered by `salus committee serve` of five members with their homes,
 * stores and letters. Three states of the members: just started; running, with proofs to check; running,
 * with the proofs checked for an opening in the epoch before.
 */
export async function opening(report: (line: string) => void): Promise<object> {
  await using services = await CommitteeServices.start(report);
  report('a key');
  const ceremonyMs = await makeKey(services);
  const studies = await Studies.prepare(services, KEY);
  const [cold, warm] = ['cold', 'warm'].map((name) =>
    Array.from({ length: ROUNDS }, (_, round) => `${name}-${round}`),
  ) as [string[], string[]];
  await prepareStudies(studies, [...cold, ...warm, WITH_PROOFS], report);
  await using timeline = new Timeline(await services.officer('Regulator'), CONTRACT);
  const openings = new WatchedOpenings(services, studies, timeline);
  const told = (times: OpeningTimes) => {
    report(JSON.stringify(times));
    return times;
  };
  report('openings, as soon as the machine is idle');
  const idleBefore = await untilIdle();
  report(JSON.stringify(idleBefore));

  const justStarted: OpeningTimes[] = [];
  for (const studyId of cold) {
    await services.restartMembers();
    justStarted.push(told(await openings.ofClosing(studyId, { isPublished: true })));
  }
  report('two members are away');
  await services.stopMembers(...AWAY);
  const answering = COMMITTEE.members.length - AWAY.length;
  const twoAway = told(await openings.ofClosing(WITH_PROOFS, { isPublished: true, answering }));
  for (const name of AWAY) await services.startMember(name);

  const proofsToBeChecked: OpeningTimes[] = [];
  for (const studyId of warm) proofsToBeChecked.push(told(await openings.ofClosing(studyId)));
  report('new shares for the same members');
  await services.command('Regulator', 'committee', 'reshare', KEY, '--wait', '300');
  const proofsChecked: OpeningTimes[] = [];
  for (const studyId of warm) proofsChecked.push(told(await openings.ofAskingAgain(studyId)));

  const rounds = { justStarted, twoAway: [twoAway], proofsToBeChecked, proofsChecked };
  const summary = Object.fromEntries(
    Object.entries(rounds).map(([state, times]) => [state, summaryOf(times)]),
  );
  report(JSON.stringify(summary));
  return {
    ...{ idleBefore, committee: '3 of 5', contributors: CONTRIBUTORS, ceremonyMs },
    ...{ targets: TARGETS, summary, rounds },
  };
}

/** @returns how long the command took that proposes the key and follows its ceremony */
async function makeKey(services: CommitteeServices): Promise<number> {
  const { members, threshold } = COMMITTEE;
  const terms = ['--members', ...members, '--threshold', String(threshold)];
  const started = performance.now();
  await services.command('Regulator', 'committee', 'ceremony', KEY, ...terms);
  return performance.now() - started;
}

/** All are joined before joining ends for one: afterwards nobody joins a study under the key. */
async function prepareStudies(
  studies: Studies,
  studyIds: readonly string[],
  report: (line: string) => void,
): Promise<void> {
  report(`${studyIds.length} studies of ${CONTRIBUTORS}`);
  for (const studyId of studyIds) await studies.open(studyId);
  for (const studyId of studyIds) await studies.contribute(studyId);
}

function summaryOf(rounds: readonly OpeningTimes[]) {
  const answers = rounds.flatMap(({ answersMs }) => answersMs);
  const whole = rounds.flatMap(({ wholeMs }) => (wholeMs === undefined ? [] : [wholeMs]));
  return {
    answerMs: { median: median(answers), worst: Math.max(...answers) },
    cpuMs: median(rounds.flatMap(({ cpuMs }) => cpuMs)),
    releasableMs: median(rounds.map(({ releasableMs }) => releasableMs)),
    ...(whole.length > 0 && { wholeMs: { median: median(whole), worst: Math.max(...whole) } }),
  };
}
