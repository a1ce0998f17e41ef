import { DAY_MS } from '@salus/protocol';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { ActorProcess } from './actor-process.js';
import { cast } from './cast.js';
import { institutions, register } from './institutions.js';
import type { Report } from './report.js';
import type { Stage } from './stage.js';

export interface StatisticsParts {
  readonly stage: Stage;
  readonly report: Report;
  readonly run: string;
  readonly storeUrl: string;
  /** FHIR bundles of the patients that the institutions treated. */
  readonly files: readonly string[];
}

interface Result {
  readonly mean: number;
  readonly standardDeviation: number;
  readonly count: number;
}

const CONTRACT = ['--contract', 'statistics'];
const MEMBERS = ['ValleyHospitalMSP', 'InsurerMSP', 'RegulatorMSP'];
const THRESHOLD = '2';
/** Six institutions learn the mean and variance of what an encounter costs, and each where it stands. */
export async function statistics(parts: StatisticsParts): Promise<void> {
  const { stage, report, run, storeUrl, files } = parts;
  const [keyId, studyId] = [`statistics-${run}`, `encounter-cost-${run}`];
  report.step('Six institutions are registered, each approved by the other hospital');
  await Promise.all(institutions.map((institution) => register(stage, institution)));

  report.step('Valley Hospital, Insurer and Regulator make a key that any two of them open with');
  const members = [cast.valleyStudies, cast.insurerStudies, cast.regulatorStudies];
  const service = ['committee', 'serve', ...CONTRACT, '--store', storeUrl];
  await Promise.all(members.map((role) => stage.service(role, service)));
  await stage.salus(stage.desk(cast.proposer), [
    ...['committee', 'ceremony', keyId, ...CONTRACT, '--purpose', 'joint-statistics'],
    ...['--threshold', THRESHOLD, '--members', ...MEMBERS],
  ]);

  report.step(
    'Each institution measures the mean cost of an encounter, commits to it encrypted, then shows that',
  );
  const measured = await Promise.all(
    institutions.map(async ({ role, provider }) => {
      const analyst: ActorProcess = await stage.actor('analyst', role);
      return analyst.ask<{ encounters: number; figure: string }>('measure', { files, provider });
    }),
  );
  const { termsHash } = await open(parts, studyId, keyId);
  await Promise.all(
    institutions.map(({ role }, index) => {
      const figure = measured[index]?.figure ?? '';
      const joining = ['statistics', 'join', studyId, termsHash, '--figure', figure];
      return stage.caughtUp(stage.desk(role), [...joining, '--store', storeUrl]);
    }),
  );
  await stage.salus(stage.desk(cast.cityCentral), ['statistics', 'end-joining', studyId]);
  await Promise.all(
    institutions.map(({ role }) => {
      const contribution = ['statistics', 'contribute', studyId, '--store', storeUrl];
      return stage.caughtUp(stage.desk(role), contribution, 'ERR_CONFLICT');
    }),
  );

  report.step('The committee opens mean and variance; each institution computes where it stands');
  const opener = stage.desk(cast.cityCentral);
  const closed = await stage.salus<{ status: string }>(opener, [
    ...['statistics', 'close', studyId, '--store', storeUrl],
  ]);
  report.check(closed.status === 'PUBLISHED', 'the result is plausible, and on record');
  await tell(parts, studyId, measured);
}

async function open({ stage }: StatisticsParts, studyId: string, keyId: string) {
  const home = stage.desk(cast.cityCentral);
  const file = path.join(home, 'terms.json');
  const terms = {
    studyId,
    keyId,
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
  await stage.salus(home, ['statistics', 'open', file]);
  return stage.salus<{ termsHash: string }>(home, ['statistics', 'study', studyId]);
}

async function tell(
  { stage, report }: StatisticsParts,
  studyId: string,
  measured: readonly { readonly encounters: number; readonly figure: string }[],
): Promise<void> {
  const positions = await Promise.all(
    institutions.map(async ({ name, role }, index) => {
      const figure = measured[index]?.figure ?? '';
      const command = ['statistics', 'position', studyId, '--figure', figure];
      const { zScore } = await stage.caughtUp<{ zScore: number }>(stage.desk(role), command);
      return `${name} ${zScore.toFixed(2)}`;
    }),
  );
  const shown = ['statistics', 'result', studyId];
  const result = await stage.salus<Result>(stage.desk(cast.valleyWest), shown);
  const { mean, standardDeviation, count } = result;
  const encounters = measured.reduce((sum, one) => sum + one.encounters, 0);
  report.add(
    'Statistics',
    `Mean cost of an encounter in ${count} institutions (${encounters} encounters): ${mean.toFixed(2)} USD, standard deviation ${standardDeviation.toFixed(2)} USD; no figure was shown to anybody`,
  );
  report.add(
    'Statistics',
    `Each knows its own position only (shown here by each one's own process): ${positions.join(', ')}`,
  );
}
