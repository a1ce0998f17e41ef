import { execFile } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Recording } from '@salus/memory-ledger';
import { repository } from '../deployment.js';
import type { ReplayReport } from './replay-process.js';

/** What may differ between two organisations' machines. */
export interface Surroundings {
  readonly timeZone: string;
  readonly locale: string;
  /** Seeds V8's hash tables and Math.random. */
  readonly seed: number;
}

const script = path.join(repository, 'test', 'dist', 'determinism', 'replay-process.js');

/** Runs a recording again under each surroundings, in a process of its own. */
export async function replayElsewhere(
  recording: Recording,
  places: readonly Surroundings[],
): Promise<ReplayReport[]> {
  if (!existsSync(script)) throw new Error(`${script} is missing: run \`npm run build\` first`);
  const folder = mkdtempSync(path.join(tmpdir(), 'salus-replay-'));
  try {
    const input = path.join(folder, 'recording');
    writeSteps(input, recording);
    return await Promise.all(
      places.map((place) => replayAt(place, input, path.join(folder, `${place.seed}.json`))),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A line for each step: all of them are longer than a string, or a buffer, can be. */
function writeSteps(file: string, { steps }: Recording): void {
  const opened = openSync(file, 'w');
  try {
    for (const step of steps) writeFileSync(opened, `${JSON.stringify(step)}\n`);
  } finally {
    closeSync(opened);
  }
}

async function replayAt(
  { timeZone, locale, seed }: Surroundings,
  input: string,
  output: string,
): Promise<ReplayReport> {
  const flags = [`--hash-seed=${seed}`, `--random-seed=${seed}`];
  const language = `${locale.replace('-', '_')}.UTF-8`;
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    [...flags, script, input, output],
    {
      env: {
        PATH: process.env['PATH'],
        TZ: timeZone,
        ...{ LANG: language, LC_ALL: language },
        CORE_CHAINCODE_LOGGING_LEVEL: 'critical',
      },
    },
  );
  // fabric-contract-api's logger catches what is thrown, and lets the process end as if all were well.
  if (!existsSync(output)) throw new Error(`The replay failed: ${stdout}${stderr}`);
  return JSON.parse(readFileSync(output, 'utf8')) as ReplayReport;
}
