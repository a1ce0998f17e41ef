import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Institution, Study, StudyResult } from '@salus/protocol/statistics';
import { beginMember, furnish, salus, serve, type Served } from '@salus/testing/salus-process';
import type { Position } from './position.js';

const CONTRACT = ['--contract', 'statistics'];
const MEMBERS = ['CityHospital', 'ValleyHospital', 'Insurer', 'Pharma', 'Regulator'] as const;
/** Who runs institutions, each with the organisation that vouches for these. */
const VOUCHERS = {
  CityHospital: 'ValleyHospital',
  ValleyHospital: 'CityHospital',
  Pharma: 'CityHospital',
} as const;

/** An institution's analyst, and the figure that nobody else is told. */
interface Desk {
  readonly organisation: keyof typeof VOUCHERS;
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
    const prefix = organisation.replace('Hospital', '').toLowerCase();
    return { organisation, institution: `${prefix}-${name}`, home: at, figure };
  }

  /** Registered by its own organisation, approved by another; on a network that was used it is both. */
  async function register({ organisation: own, institution }: Desk): Promise<void> {
    const other = VOUCHERS[own];
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
      await beginMember(member, 'statistics');
      services.push(await serve(member, 'committee', 'serve', ...CONTRACT, '--store', store));
    }
    desks = [
      await desk('CityHospital', 'central', '20.00'),
      await desk('CityHospital', 'north', '40.00'),
      await desk('CityHospital', 'south', '40.00'),
      await desk('ValleyHospital', 'central', '60.00'),
      await desk('ValleyHospital', 'east', '60.00'),
      await desk('ValleyHospital', 'west', '80.00'),
      await desk('Pharma', 'east', '45.00'),
      await desk('Pharma', 'west', '55.00'),
    ];
    for (const one of desks) await register(one);
  });

  afterAll(async () => {
    for (const service of services) await service.stop();
    await rm(home, { recursive: true });
  });

  it('makes a key, publishes rounded figures, and tells each where it stands', async () => {
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
        publishers: ['InsurerMSP', 'RegulatorMSP'],
        deadline: new Date(Date.now() + 3_600_000).toISOString(),
      }),
    );
    await statistics(opener, 'open', terms);
    const { termsHash, terms: agreed } = await statistics<Study>(opener, 'study', studyId);
    expect(agreed.committee).toEqual({ members: members.toSorted(), threshold: 3 });
    const others = ['--threshold', '2', '--members', 'CityHospitalMSP', 'ValleyHospitalMSP'];
    const own = ['--figure', opener.figure, '--store', store];
    const joining = ['statistics', 'join', studyId, termsHash, ...own, ...others];
    const suspicious = await salus(opener.home, ...joining);
    expect([suspicious.exitCode, suspicious.stderr]).toEqual([
      1,
      expect.stringContaining('ERR_CONFLICT') as string,
    ]);
    for (const one of desks) {
      const figure = ['--figure', one.figure, '--store', store];
      const expected = ['--threshold', '3', '--members', ...members];
      await statistics(one, 'join', studyId, termsHash, ...figure, ...expected);
    }
    const hasty = await salus(opener.home, 'statistics', 'contribute', studyId, '--store', store);
    expect([hasty.exitCode, hasty.stderr]).toEqual([
      1,
      expect.stringContaining('ERR_CONFLICT') as string,
    ]);
    await statistics(opener, 'end-joining', studyId);
    for (const [index, one] of desks.entries()) {
      await statistics(one, 'contribute', studyId, '--store', store);
      if (index !== 6) continue;
      const early = await salus(opener.home, 'statistics', 'close', studyId, '--store', store);
      expect([early.exitCode, early.stderr]).toEqual([
        1,
        expect.stringContaining('ERR_COHORT_TOO_SMALL') as string,
      ]);
    }
    const closed = await statistics<Study>(opener, 'close', studyId, '--store', store);
    expect(closed.status).toBe('FROZEN');
    const publishing = ['statistics', 'publish', studyId, '--store', store];
    const published = await command<Study>(office, ...publishing);
    expect(published.status).toBe('PUBLISHED');

    const positions: Position[] = [];
    for (const one of desks) {
      const result = await statistics<StudyResult>(one, 'result', studyId);
      expect(result).toMatchObject({ count: 8, mean: 50, standardDeviation: 17, step: 1 });
      expect(result).toMatchObject({ histogram: { counts: [1, 3, 3, 1] } });
      positions.push(await statistics(one, 'position', studyId, '--figure', one.figure));
    }
    const scores = positions.map(({ zScore }) => Number(zScore.toFixed(3)));
    expect(scores).toEqual([-1.765, -0.588, -0.588, 0.588, 0.588, 1.765, -0.294, 0.294]);
    const percentiles = positions.map(({ percentile = 0 }) => Math.round(percentile));
    expect(percentiles).toEqual([6, 31, 31, 69, 69, 94, 31, 69]);
  });

  it('lets nobody drop out of an opened study', async () => {
    const [, , , , , last] = desks;
    const { exitCode, stderr } = await salus(last?.home ?? '', 'statistics', 'drop-out', studyId);
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining('ERR_CONFLICT') as string]);
  });
});
