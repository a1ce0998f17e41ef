import { execFileSync } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { loadavg } from 'node:os';
import path from 'node:path';
import { makeOfflineHome } from '@salus/testing/offline-home';
import { median } from './stats.js';

const salus = path.join(__dirname, '..', '..', 'cli', 'bin', 'salus.js');
const ROUNDS = 25;

/**
 * How long `salus` takes for what needs no network, as a multiple of `node -e 0`. Each round runs every
 * command once, so that other work on the machine slows all of them alike.
 */
export async function cliStart(report: (line: string) => void): Promise<object> {
  const home = await makeOfflineHome();
  try {
    const commands: Readonly<Record<string, readonly string[]>> = {
      node: ['-e', '0'],
      'salus --help': [salus, '--help'],
      'salus whoami': [salus, '--home', home, 'whoami'],
      'salus ehr --help': [salus, 'ehr', '--help'],
      'salus wallet --help': [salus, 'wallet', '--help'],
    };
    const load = { before: loadavg() };
    const samples = Object.entries(commands).map(([name, args]) => ({
      name,
      args,
      ms: [] as number[],
    }));
    for (let round = 0; round < ROUNDS; round++) {
      for (const { args, ms } of samples) ms.push(millisecondsOf(args));
    }
    const bare = median(samples[0]?.ms ?? []);
    const results = samples.map(({ name, ms }) => ({
      name,
      medianMs: median(ms),
      timesNode: median(ms) / bare,
    }));
    for (const { name, medianMs, timesNode } of results) {
      report(`${name}: ${medianMs.toFixed(0)} ms, ${timesNode.toFixed(1)} times node -e 0`);
    }
    return { rounds: ROUNDS, load: { ...load, after: loadavg() }, results };
  } finally {
    await rm(home, { recursive: true });
  }
}

function millisecondsOf(args: readonly string[]): number {
  const began = performance.now();
  execFileSync(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  return performance.now() - began;
}
