import { createReadStream, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { replay, type Outcome, type Step } from '@salus/memory-ledger';
import { MemoryWorld } from '../memory-world.js';

/** What a process that ran a recording again reports. */
export interface ReplayReport {
  readonly timeZone: string;
  readonly locale: string;
  readonly outcomes: readonly Outcome[];
}

/** Runs a recording again with the contracts' bundles, as they are deployed: `node … <in> <out>`. */
async function main([input = '', output = '']: readonly string[]): Promise<void> {
  const outcomes = await replay(new MemoryWorld().ledger, stepsOf(input));
  const { timeZone, locale } = Intl.DateTimeFormat().resolvedOptions();
  const report: ReplayReport = { timeZone, locale, outcomes };
  writeFileSync(output, JSON.stringify(report));
}

async function* stepsOf(file: string): AsyncGenerator<Step> {
  for await (const line of createInterface({ input: createReadStream(file) })) {
    yield JSON.parse(line) as Step;
  }
}

void main(process.argv.slice(2)).then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
