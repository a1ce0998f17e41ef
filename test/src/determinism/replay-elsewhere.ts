import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { serialize } from 'node:v8';
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

/** Runs a recording again in a process of its own, under other surroundings. */
export async function replayElsewhere(
  recording: Recording,
  { timeZone, locale, seed }: Surroundings,
): Promise<ReplayReport> {
  const script = path.join(repository, 'test', 'dist', 'determinism', 'replay-process.js');
  if (!existsSync(script)) throw new Error(`${script} is missing: run \`npm run build\` first`);
  const folder = mkdtempSync(path.join(tmpdir(), 'salus-replay-'));
  const [input, output] = ['recording', 'report.json'].map((name) => path.join(folder, name));
  try {
    // As JSON it is longer than a string can be.
    writeFileSync(input ?? '', serialize(recording));
    const flags = [`--hash-seed=${seed}`, `--random-seed=${seed}`];
    const { stdout, stderr } = await promisify(execFile)(
      process.execPath,
      [...flags, script, input ?? '', output ?? ''],
      {
        env: {
          PATH: process.env['PATH'],
          TZ: timeZone,
          LANG: `${locale.replace('-', '_')}.UTF-8`,
          LC_ALL: `${locale.replace('-', '_')}.UTF-8`,
          CORE_CHAINCODE_LOGGING_LEVEL: 'critical',
        },
      },
    );
    // fabric-contract-api's logger catches what is thrown, and lets the process end as if all were well.
    if (!existsSync(output ?? '')) throw new Error(`The replay failed: ${stdout}${stderr}`);
    return JSON.parse(readFileSync(output ?? '', 'utf8')) as ReplayReport;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
