import path from 'node:path';
import { ComputeError, createEngine, type Engine } from '@salus/compute';
import { hostileInputs, type HostileInput } from '@salus/testing/hostile-inputs/hostile-inputs';
import type { Material } from '@salus/testing/hostile-inputs/material';
import { SeededRandom } from '@salus/testing/hostile-inputs/seeded-random';
import { malformedWithHeader, WrongAnswer } from '@salus/testing/hostile-inputs/target';
import { MemorySamples } from './memory-samples.js';
import type { Reports } from './reports.js';
import { requireRight } from './require-right.js';

const INPUTS = 100;
const SAMPLES = 10;
/** Operations whose only checks are left out. */
const TARGETS = ['checkCiphertext', 'scope.load', 'encrypt'];

/**
 * What the engine does where its own checks fail: hands SEAL malformed bytes, which SEAL refuses by an exception
 * or takes. Each exception costs the worker, another takes its place, and the engine goes on.
 */
export async function unguarded(
  material: Material,
  of: { readonly seed: string; readonly reports: Reports; readonly workers: number },
): Promise<object> {
  const { reports, workers } = of;
  await using engine = createEngine({
    workers,
    workerPath: path.join(__dirname, 'unguarded-worker.js'),
  });
  const inputs = malformedInputs(material, new SeededRandom(`${of.seed}, unguarded`));
  const threads = reports.threads;
  const memory = new MemorySamples(() => reports.heapBytes(workers));
  const answers: Record<string, number> = {};
  let asked = 0;
  const lane = async (): Promise<void> => {
    while (asked < INPUTS) {
      const number = (asked += 1);
      const answer = await outcomeOf(engine, inputs.next().value as HostileInput);
      answers[answer] = (answers[answer] ?? 0) + 1;
      if (number % (INPUTS / SAMPLES) === 0) memory.take();
    }
  };
  await Promise.all(Array.from({ length: workers }, lane));
  await requireRight(engine, material, reports, workers);
  return {
    ...{ inputs: INPUTS, answers, workersReplaced: reports.threads - threads - workers },
    memory: memory.series(),
  };
}

function* malformedInputs(material: Material, random: SeededRandom): Generator<HostileInput> {
  for (const input of hostileInputs(material, random)) {
    const isMalformed = input.kind in malformedWithHeader && input.kind !== 'not bytes';
    if (TARGETS.includes(input.target) && isMalformed) yield input;
  }
}

/** @returns the code of the engine's error, or `TAKEN` where SEAL made something of the bytes */
async function outcomeOf(engine: Engine, { ask }: HostileInput): Promise<string> {
  try {
    await ask(engine);
  } catch (error) {
    if (error instanceof ComputeError) return error.code;
    if (!(error instanceof WrongAnswer)) throw error;
  }
  return 'TAKEN';
}
