import { ComputeError, type BoundHashed, type Engine } from '@salus/compute';
import { pssKiB } from '../process-usage.js';

const ROUNDS = 10_000;
const SAMPLES = 10;

export interface MemorySeries {
  readonly rounds: number;
  /** Memory of the process (PSS, MiB) after each tenth of the rounds. */
  readonly mib: readonly number[];
  /** Greatest of the second half over the greatest of the first: 1 is flat. */
  readonly growth: number;
}

/** Evaluates, and then feeds hostile bytes, ten thousand times each. */
export async function endurance(
  engine: Engine,
  inputs: readonly BoundHashed[],
  report: (line: string) => void,
): Promise<{ evaluations: MemorySeries; hostileInputs: MemorySeries }> {
  const program = { name: 'sum.v1' } as const;
  const unnamed = inputs.map(({ bytes, bound }) => ({ bytes, bound }));
  report(`${ROUNDS} evaluations`);
  const evaluations = await watch(async () => {
    await engine.evaluate({ program, inputs: unnamed });
  });
  report(`${ROUNDS} hostile inputs`);
  const [first] = inputs as [BoundHashed];
  const hostileInputs = await watch(async (round) => {
    const hostile = { bytes: spoiled(first.bytes, round), bound: first.bound };
    try {
      await engine.evaluate({ program, inputs: [hostile] });
    } catch (error) {
      if (error instanceof ComputeError && error.code === 'ERR_CIPHERTEXT_INVALID') return;
      throw error;
    }
    throw new Error('a hostile input passed');
  });
  return { evaluations, hostileInputs };
}

/** In turn: another header, coefficients beyond their modulus, truncated, transparent. */
function spoiled(honest: Uint8Array, round: number): Uint8Array {
  const position = (round * 7919) % honest.length;
  if (round % 4 === 2) return honest.subarray(0, position);
  const bytes = Uint8Array.from(honest);
  if (round % 4 === 0) bytes[position % 113] = (bytes[position % 113] ?? 0) ^ 0xff;
  if (round % 4 === 1) bytes.fill(0xff, Math.max(113, position - 1024));
  if (round % 4 === 3) bytes.fill(0, 113 + (bytes.length - 113) / 2);
  return bytes;
}

async function watch(run: (round: number) => Promise<void>): Promise<MemorySeries> {
  const mib: number[] = [];
  for (let round = 1; round <= ROUNDS; round += 1) {
    await run(round);
    if (round % (ROUNDS / SAMPLES) === 0) mib.push(Math.round(pssKiB(process.pid) / 1024));
  }
  const half = SAMPLES / 2;
  const growth = Math.max(...mib.slice(half)) / Math.max(...mib.slice(0, half));
  return { rounds: ROUNDS, mib, growth };
}
