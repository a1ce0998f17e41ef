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
}

interface Measured {
  readonly encounters: number;
  /** File of the institution's analyst. */
  readonly figure: string;
}

const TITLE = 'Statistics';
const DAY_MS = 24 * 60 * 60 * 1000;

/** Six institutions learn the mean and variance of what an encounter costs, and each where it stands. */
export const statistics: Chapter = {
  name: 'statistics',
  title: 'Six institutions learn a mean, and show nobody their figures',
  after: [],
  needs: [cityStore, studyKey],
  play: study,
};

async function study(stage: Stage): Promise<void> {
  const { report, run } = stage;
  const studyId = `encounter-cost-${run}`;
  report.step('Six institutions are registered, each approved by the other hospital');
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
  const termsHash = await open(stage, studyId);
  await each(async ({ role }, index) => {
    const joining = ['statistics', 'join', studyId, termsHash];
    const figure = ['--figure', measured[index]?.figure ?? ''];
    await stage.shell(role).caughtUp([...joining, ...figure, ...store]);
  });
  const opener = stage.shell(cast.cityCentral);
  await opener.salus('statistics', 'end-joining', studyId);
  await each(async ({ role }) => {
    const contributing = ['statistics', 'contribute', studyId, ...store];
    await stage.shell(role).caughtUp(contributing, 'ERR_CONFLICT');
  });

  report.step('The committee opens mean and variance; each institution computes where it stands');
  const closed = await opener.salus<{ status: string }>('statistics', 'close', studyId, ...store);
  report.check(closed.status === 'PUBLISHED', 'the result is plausible, and on record');
  await tell(stage, studyId, measured);
}

const each = <T>(act: (institution: Institution, index: number) => Promise<T>): Promise<T[]> =>
  Promise.all(institutions.map(act));

/** @returns hash of the study's terms */
async function open(stage: Stage, studyId: string): Promise<string> {
  const opener = stage.shell(cast.cityCentral);
  const file = path.join(opener.home, 'terms.json');
  const terms = {
    studyId,
    keyId: await stage.use(studyKey),
    // Each run measures anew: what was contributed once enters no second result.
    measure: studyId,
    period: '2025',
    unit: { code: 'USD', decimals: 2 },
    range: { least: 0, most: 100_000_00 },
    kind: { name: 'mean-variance' },
    minimumCohort: 6,
    deadline: new Date(Date.now() + DAY_MS).toISOString(),
  };
  await writeFile(file, JSON.stringify(terms));
  await opener.salus('statistics', 'open', file);
  const { termsHash } = await opener.salus<{ termsHash: string }>('statistics', 'study', studyId);
  return termsHash;
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
  const { mean, standardDeviation, count } = await reader.salus<Result>(
    ...['statistics', 'result', studyId],
  );
  const encounters = measured.reduce((sum, one) => sum + one.encounters, 0);
  report.add(
    TITLE,
    `Mean cost of an encounter in ${count} institutions (${encounters} encounters): ${mean.toFixed(2)} USD, standard deviation ${standardDeviation.toFixed(2)} USD; no figure was shown to anybody`,
  );
  report.add(
    TITLE,
    `Each knows its own position only (shown here by each one's own process): ${positions.join(', ')}`,
  );
}
