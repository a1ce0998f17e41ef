import os from 'node:os';
import path from 'node:path';
import { createEngine, type Engine } from '@salus/compute';
import {
  hostileInputs as drawnInputs,
  oneOfEachKind,
  type HostileInput,
} from '@salus/testing/hostile-inputs/hostile-inputs';
import { judged } from '@salus/testing/hostile-inputs/judge';
import { makeMaterial, type Material } from '@salus/testing/hostile-inputs/material';
import { SeededRandom } from '@salus/testing/hostile-inputs/seeded-random';
import { MemorySamples } from './memory-samples.js';
import { Reports } from './reports.js';
import { requireRight } from './require-right.js';
import { tallied, type Answered } from './tally.js';
import { unguarded } from './unguarded.js';

const INPUTS = 10_000;
const SAMPLES = 20;
const WORKERS = 2;
/** At least this share of all inputs must get past the engine's own checks, to SEAL. */
const LEAST_SHARE_OF_SEAL = 0.5;
/** Before memory is looked at: tables of proofs are made, caches filled, code is compiled. */
const WARM_UP = 2000;

/**
 * Ten thousand hostile inputs against an engine with two workers, as it was built: one of each kind first, the
 * others drawn by a seed. Each answer must be a refusal with a code of the operation, or right. Afterwards
 * both workers must still compute right. Then some malformed ones go to SEAL without the engine's checks.
 */
export async function hostileInputs(report: (line: string) => void): Promise<object> {
  const seed = process.env['SALUS_BENCH_SEED'] ?? 'hostile inputs';
  using reports = new Reports();
  await using engine = createEngine({
    workers: WORKERS,
    workerPath: path.join(__dirname, 'counting-worker.js'),
  });
  report('what honest parties make');
  const material = await makeMaterial(engine);
  const ownLoads = await loadsBeforeRefusal(engine, material, reports);
  report(`${WARM_UP} inputs before`);
  const before = drawnInputs(material, new SeededRandom(`${seed}, before`));
  for (let done = 0; done < WARM_UP; done += WORKERS) {
    const some = Array.from({ length: WORKERS }, () => before.next().value as HostileInput);
    await Promise.all(some.map((input) => judged(engine, input)));
  }
  const memory = new MemorySamples(() => reports.heapBytes(WORKERS));
  const answered: Answered[] = [];
  const inputs = allInputs(material, new SeededRandom(seed));
  const threads = reports.threads;
  const started = performance.now();
  const lane = async (): Promise<void> => {
    while (answered.length < INPUTS) {
      const tag = answered.length;
      const input = inputs.next().value as HostileInput;
      const { target, kind } = input;
      const one: Answered = { tag, target, kind, answer: '' };
      answered.push(one);
      one.answer = await reports.of(tag, () => judged(engine, input));
      if ((tag + 1) % (INPUTS / SAMPLES) !== 0) continue;
      report(`${tag + 1} inputs, ${JSON.stringify(memory.take())}`);
    }
  };
  await Promise.all(Array.from({ length: WORKERS }, lane));
  const seconds = (performance.now() - started) / 1000;
  await requireRight(engine, material, reports, WORKERS);
  const workersReplaced = reports.threads - threads;
  const { reachedSeal, ...counts } = tallied(answered, {
    loadsOf: (tag) => reports.seen(tag).loads,
    refusalsOf: (tag) => reports.seen(tag).refusals,
    ownLoads,
  });
  if (reachedSeal < LEAST_SHARE_OF_SEAL * INPUTS) {
    throw new Error(`only ${reachedSeal} of ${INPUTS} inputs reached SEAL`);
  }
  report('malformed inputs, past the checks');
  const withoutChecks = await unguarded(material, { seed, reports, workers: WORKERS });
  return {
    ...{ seed, before: WARM_UP, inputs: answered.length, workers: WORKERS, seconds },
    ...{ load: os.loadavg()[0], reachedSeal, workersReplaced },
    ...counts,
    memory: memory.series(),
    afterwards: 'both workers computed right',
    withoutChecks,
  };
}

function* allInputs(material: Material, random: SeededRandom): Generator<HostileInput> {
  yield* oneOfEachKind(material, random);
  yield* drawnInputs(material, random);
}

/** What SEAL loads of each operation before it comes to the hostile argument. */
async function loadsBeforeRefusal(
  engine: Engine,
  material: Material,
  reports: Reports,
): Promise<ReadonlyMap<string, number>> {
  const refused = [...oneOfEachKind(material, new SeededRandom(''), 'nothing at all')];
  for (const [index, input] of refused.entries()) {
    await reports.of(-1 - index, () => judged(engine, input));
  }
  await reports.settled();
  return new Map(refused.map(({ target }, index) => [target, reports.seen(-1 - index).loads]));
}
