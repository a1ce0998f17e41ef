import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { repository } from '../deployment.js';
import { testNetworkHome } from '../support/test-network.js';
import { plantCanaries } from './canary-bundle.js';
import { blocks, logs, state, type Piece } from './ledger-dump.js';
import { Scanner, type Leak } from './scanner.js';

const CHANNEL = 'edge-east';
const NATIONAL_ID = 'Canary-national-id-7731';
const demo = path.join(repository, 'scripts', 'demo', 'dist', 'main.js');
const synthea = path.join(repository, 'test', 'data', 'synthea');

describe('a full run over patients full of canaries', () => {
  const home = testNetworkHome();
  let folder: string;
  let scanner: Scanner;
  let printed: string;

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'salus-leaks-'));
    const bundles = path.join(folder, 'bundles');
    mkdirSync(bundles);
    const texts: string[] = [NATIONAL_ID];
    const files = readdirSync(synthea).filter((name) => name.endsWith('.json.gz'));
    for (const file of files) {
      const bundle: unknown = JSON.parse(
        gunzipSync(readFileSync(path.join(synthea, file))).toString('utf8'),
      );
      const planted = plantCanaries(bundle);
      texts.push(...planted.canaries, ...planted.identifiers);
      writeFileSync(path.join(bundles, file.replace('.gz', '')), JSON.stringify(planted.bundle));
    }
    scanner = new Scanner(texts);
    const env = { ...process.env, SALUS_HOME: home, SALUS_DEMO_NATIONAL_ID: NATIONAL_ID };
    const options = { env, cwd: repository, maxBuffer: 64 << 20 };
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [demo, '--json', '--all', '--patients', String(files.length), '--bundles', bundles],
      options,
    );
    printed = stdout;
  });

  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  const leaksIn = (pieces: Iterable<Piece>): Leak[] =>
    [...pieces].flatMap(({ place, bytes }) => scanner.scan(place, bytes));

  it('finds what it looks for: the canaries are in the bundles', () => {
    const [file = ''] = readdirSync(path.join(folder, 'bundles'));
    const bytes = readFileSync(path.join(folder, 'bundles', file));
    expect(scanner.scan('bundle', bytes).length).toBeGreaterThan(100);
  });

  it('leaves none in the blocks of any peer, transactions and events', () => {
    const pieces = [...blocks(home, CHANNEL)];
    expect(pieces.length).toBeGreaterThanOrEqual(5);
    expect(leaksIn(pieces)).toEqual([]);
  });

  it('leaves none in the state, nor as a hash of private data', async () => {
    const leaks: Leak[] = [];
    const seen = new Set<string>();
    for await (const { place, bytes } of state(home, {
      organization: 'CityHospital',
      channel: CHANNEL,
    })) {
      seen.add(place);
      leaks.push(...scanner.scan(place, bytes));
    }
    expect(seen).toContain('public state of ehr');
    expect(
      [...seen].some((place) => /^private state of ehr.*_implicit_org_CityHospitalMSP/.test(place)),
    ).toBe(true);
    expect(leaks).toEqual([]);
  });

  it('leaves none in the logs of nodes, contracts and services', () => {
    const pieces = [...logs(home)];
    expect(pieces.length).toBeGreaterThan(10);
    expect(leaksIn(pieces)).toEqual([]);
  });

  it('leaves none in what the run reports', () => {
    expect(leaksIn([{ place: 'report', bytes: Buffer.from(printed) }])).toEqual([]);
  });
});
