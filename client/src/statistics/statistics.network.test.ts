import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Institution, Study, StudyResult } from '@salus/protocol/statistics';
import { furnish, salus, serve, type Served } from '@salus/testing/salus-process';
import type { Position } from './position.js';

const CONTRACT = ['--contract', 'statistics'];
const MEMBERS = ['CityHospital', 'ValleyHospital', 'Insurer', 'Pharma', 'Regulator'] as const;
const HOSPITALS = ['CityHospital', 'ValleyHospital'] as const;

/** An institution's analyst, and the figure that nobody else is told. */
interface Desk {
  readonly organisation: (typeof HOSPITALS)[number];
  readonly institution: string;
  readonly home: string;
  readonly figure: string;
}

describe('salus statistics, a process and a home for each institution', () => {
  const run = randomUUID().slice(0, 8);
  const [keyId, studyId] = [`key-${run}`, `study-${run}`];
  const services: Served[] = [];
  let home: string;
  let store: string;
  let desks: Desk[];

  async function command<T>(at: string, ...args: string[]): Promise<T> {
    const { exitCode, stdout, stderr } = await salus(at, ...args);
    expect([exitCode, stderr]).toEqual([0, '']);
    return JSON.parse(stdout) as T;
  }

  const statistics = <T>({ home: at }: Pick<Desk, 'home'>, ...args: string[]) =>
    command<T>(at, 'statistics', ...args);

  const officeOf = (name: string) => furnish(path.join(home, `office-${name}`), name, 'committee');

  async function desk(organisation: Desk['organisation'], name: string, value: string) {
    const at = furnish(path.join(home, `${organisation}-${name}`), organisation, `analyst-${name}`);
    const figure = path.join(at, 'figure');
    await writeFile(figure, value);
    const prefix = organisation === 'CityHospital' ? 'city' : 'valley';
    return { organisation, institution: `${prefix}-${name}`, home: at, figure };
  }

  /** Registered by its own hospital, approved by the other; on a network that was used it is both. */
  async function register({ organisation, institution }: Desk): Promise<void> {
    const [own, other] = organisation === HOSPITALS[0] ? HOSPITALS : [HOSPITALS[1], HOSPITALS[0]];
    const mspId = `${own}MSP`;
    await salus(officeOf(own), 'statistics', 'register-institution', institution, institution);
    await salus(officeOf(other), 'statistics', 'approve-institution', mspId, institution);
    const shown = ['statistics', 'institution', mspId, institution];
    const { status } = await command<Institution>(officeOf(other), ...shown);
    expect(status).toBe('APPROVED');
  }

  beforeAll(async () => {
    home = await mkdtemp(path.join(tmpdir(), 'salus-statistics-'));
    const city = furnish(path.join(home, 'store'), 'CityHospital', 'store');
    const running = await serve(city, 'store', 'serve');
    services.push(running);
    store = running.url;
    for (const name of MEMBERS) {
      const member = furnish(path.join(home, `committee-${name}`), name, 'committee');
      services.push(await serve(member, 'committee', 'serve', ...CONTRACT, '--store', store));
    }
    desks = [
      await desk('CityHospital', 'central', '20.00'),
      await desk('CityHospital', 'north', '40.00'),
      await desk('CityHospital', 'south', '40.00'),
      await desk('ValleyHospital', 'central', '60.00'),
      await desk('ValleyHospital', 'east', '60.00'),
      await desk('ValleyHospital', 'west', '80.00'),
    ];
    for (const one of desks) await register(one);
  });

  afterAll(async () => {
    for (const service of services) await service.stop();
    await rm(home, { recursive: true });
  });

  it('makes a key, opens mean and variance, and tells each where it stands', async () => {
    const members = MEMBERS.map((name) => `${name}MSP`);
    const ceremony = ['committee', 'ceremony', keyId, ...CONTRACT, '--threshold', '3'];
    const purpose = ['--purpose', 'joint-statistics', '--members', ...members];
    const office = officeOf('Regulator');
    const { exitCode } = await salus(office, ...ceremony, ...purpose);
    expect(exitCode).toBe(0);

    const [opener] = desks;
    if (!opener) throw new Error('not set up');
    const terms = path.join(opener.home, 'terms.json');
    await writeFile(
      terms,
      JSON.stringify({
        studyId,
        keyId,
        measure: studyId,
        period: '2026-Q1',
        minimumCohort: 6,
        unit: { code: 'USD', decimals: 2 },
        range: { least: 0, most: 1000_00 },
        kind: { name: 'histogram', edges: [30_00, 50_00, 70_00] },
        deadline: new Date(Date.now() + 3_600_000).toISOString(),
      }),
    );
    await statistics(opener, 'open', terms);
    for (const one of desks) {
      const { termsHash } = await statistics<Study>(one, 'study', studyId);
      const own = ['--figure', one.figure, '--store', store];
      await statistics(one, 'join', studyId, termsHash, ...own);
    }
    const hasty = await salus(opener.home, 'statistics', 'contribute', studyId, '--store', store);
    expect([hasty.exitCode, hasty.stderr]).toEqual([
      1,
      expect.stringContaining('ERR_CONFLICT') as string,
    ]);
    await statistics(opener, 'end-joining', studyId);
    for (const [index, one] of desks.entries()) {
      await statistics(one, 'contribute', studyId, '--store', store);
      if (index !== 4) continue;
      const early = await salus(opener.home, 'statistics', 'close', studyId, '--store', store);
      expect([early.exitCode, early.stderr]).toEqual([
        1,
        expect.stringContaining('ERR_COHORT_TOO_SMALL') as string,
      ]);
    }
    const closed = await statistics<Study>(opener, 'close', studyId, '--store', store);
    expect(closed.status).toBe('PUBLISHED');

    const positions: Position[] = [];
    for (const one of desks) {
      const result = await statistics<StudyResult>(one, 'result', studyId);
      expect(result).toMatchObject({ count: 6, mean: 50, histogram: { counts: [1, 2, 2, 1] } });
      positions.push(await statistics(one, 'position', studyId, '--figure', one.figure));
    }
    const scores = positions.map(({ zScore }) => Number(zScore.toFixed(3)));
    expect(scores).toEqual([-1.567, -0.522, -0.522, 0.522, 0.522, 1.567]);
    const percentiles = positions.map(({ percentile = 0 }) => Math.round(percentile));
    expect(percentiles).toEqual([8, 33, 33, 67, 67, 92]);
  });

  it('lets nobody drop out of an opened study', async () => {
    const [, , , , , last] = desks;
    const { exitCode, stderr } = await salus(last?.home ?? '', 'statistics', 'drop-out', studyId);
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining('ERR_CONFLICT') as string]);
  });
});
