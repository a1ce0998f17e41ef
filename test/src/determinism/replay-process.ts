import { readFileSync, writeFileSync } from 'node:fs';
import { deserialize } from 'node:v8';
import { replay, type Outcome, type Recording } from '@salus/memory-ledger';
import { MemoryWorld } from '../memory-world.js';

/** What a process that ran a recording again reports. */
export interface ReplayReport {
  readonly timeZone: string;
  readonly locale: string;
  readonly outcomes: readonly Outcome[];
}

/** Runs a recording again with the contracts' bundles, as they are deployed: `node … <in> <out>`. */
async function main([input = '', output = '']: readonly string[]): Promise<void> {
  const recording = deserialize(readFileSync(input)) as Recording;
  const outcomes = await replay(new MemoryWorld().ledger, recording);
  const { timeZone, locale } = Intl.DateTimeFormat().resolvedOptions();
  const report: ReplayReport = { timeZone, locale, outcomes };
  writeFileSync(output, JSON.stringify(report));
}

void main(process.argv.slice(2)).then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
