import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { bundleFiles } from '../props/patients.js';
import { cityStore, studyKey } from '../props/services.js';
import { institutions, register, type Institution } from '../scenes/institutions.js';
import { cast } from '../stage/cast.js';
import type { Stage } from '../stage/stage.js';
import type { Chapter } from './chapter.js';

interface Result {
  readonly mean: number;
  readonly standardDeviation: number;
  readonly count: number;
  readonly step: number;
}

interface Opened {
  readonly termsHash: string;
  readonly terms: {
    readonly committee: { readonly members: readonly string[]; readonly threshold: number };
  };
}

interface Measured {
  readonly encounters: number;
  /** File of the institution's analyst. */
  readonly figure: string;
}

const TITLE = 'Statistics';
/** They hold shares of the key, and run no institution that takes part. */
const PUBLISHERS = ['InsurerMSP', 'RegulatorMSP'];
const DAY_MS = 24 * 60 * 60 * 1000;

/** Eight institutions learn what an encounter costs on average, rounded, and each where it stands. */
export const statistics: Chapter = {
  name: 'statistics',
  title: 'Eight institutions learn a mean, and show nobody their figures',
  after: [],
  needs: [cityStore, studyKey],
  play: study,
};

async function study(stage: Stage): Promise<void> {
  const { report, run } = stage;
  const studyId = `encounter-cost-${run}`;
  report.step(
    'Eight institutions of three organisations are registered, each approved by another one',
  );
  await Promise.all(institutions.map((institution) => register(stage, institution)));
  const store = ['--store', await stage.use(cityStore)];

  report.step(
    'Each institution measures the mean cost of an encounter, commits to it encrypted, then shows that',
  );
  const files = bundleFiles(stage.options.bundles);
  const measured = await Promise.all(
    institutions.map(({ role, provider }) => {
      const analyst = stage.shell(role);
      const figure = path.join(analyst.home, 'figure');
      return stage.once<Measured>('measure', role, [figure, provider, ...files]);
    }),
  );
  const { termsHash, terms } = await open(stage, studyId);
  const { members, threshold } = terms.committee;
  report.add(
    TITLE,
    `The terms name who holds the key: any ${threshold} of ${members.join(', ')}; each institution joins only if it expects these`,
  );
  await each(async ({ role }, index) => {
    const joining = ['statistics', 'join', studyId, termsHash];
    const figure = ['--figure', measured[index]?.figure ?? ''];
    const committee = ['--threshold', String(threshold), '--members', ...members];
    await stage.shell(role).caughtUp([...joining, ...figure, ...committee, ...store]);
  });
  const opener = stage.shell(cast.cityCentral);
  await opener.salus('statistics', 'end-joining', studyId);
  await each(async ({ role }) => {
    const contributing = ['statistics', 'contribute', studyId, ...store];
    await stage.shell(role).caughtUp(contributing, 'ERR_CONFLICT');
  });

  report.step('The committee opens the sums to two publishers, which round them and publish');
  await opener.salus('statistics', 'close', studyId, ...store);
  const publishing = ['statistics', 'publish', studyId, ...store];
  const published = await stage
    .shell(cast.proposer)
    .caughtUp<{ status: string }>(publishing, 'ERR_CONFLICT');
  report.check(published.status === 'PUBLISHED', 'the result is plausible, and on record');
  await tell(stage, studyId, measured);
}

const each = <T>(act: (institution: Institution, index: number) => Promise<T>): Promise<T[]> =>
  Promise.all(institutions.map(act));

async function open(stage: Stage, studyId: string): Promise<Opened> {
  const opener = stage.shell(cast.cityCentral);
  const file = path.join(opener.home, 'terms.json');
  const terms = {
    studyId,
    keyId: await stage.use(studyKey),
    // Each run measures anew: what was contributed once enters no second result.
    measure: studyId,
    period: '2025',
    unit: { code: 'USD', decimals: 2 },
    range: { least: 0, most: 20_000_00 },
    kind: { name: 'mean-variance' },
    minimumCohort: 8,
    publishers: PUBLISHERS,
    deadline: new Date(Date.now() + DAY_MS).toISOString(),
  };
  await writeFile(file, JSON.stringify(terms));
  await opener.salus('statistics', 'open', file);
  return await opener.salus<Opened>('statistics', 'study', studyId);
}

async function tell(stage: Stage, studyId: string, measured: readonly Measured[]): Promise<void> {
  const { report } = stage;
  const positions = await each(async ({ name, role }, index) => {
    const figure = ['--figure', measured[index]?.figure ?? ''];
    const command = ['statistics', 'position', studyId, ...figure];
    const { zScore } = await stage.shell(role).caughtUp<{ zScore: number }>(command);
    return `${name} ${zScore.toFixed(2)}`;
  });
  const reader = stage.shell(cast.valleyWest);
  const { mean, standardDeviation, count, step } = await reader.salus<Result>(
    ...['statistics', 'result', studyId],
  );
  const encounters = measured.reduce((sum, one) => sum + one.encounters, 0);
  report.add(
    TITLE,
    `Mean cost of an encounter in ${count} institutions (${encounters} encounters): ${mean} USD, standard deviation ${standardDeviation} USD, each to the nearest ${step} USD; no figure was shown to anybody`,
  );
  report.add(
    TITLE,
    `Each knows its own position only (shown here by each one's own process): ${positions.join(', ')}`,
  );
}
