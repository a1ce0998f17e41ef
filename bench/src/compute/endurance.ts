import type { BoundHashed, Engine } from '@salus/compute';
import { watchMemory, type MemorySeries } from '../memory-series.js';

const ROUNDS = 10_000;
const OWN_PROCESS = { pid: process.pid, rounds: ROUNDS };

/** Evaluates ten thousand times. */
export async function endurance(
  engine: Engine,
  inputs: readonly BoundHashed[],
  report: (line: string) => void,
): Promise<{ evaluations: MemorySeries }> {
  const program = { name: 'sum.v1' } as const;
  const unnamed = inputs.map(({ bytes, bound }) => ({ bytes, bound }));
  report(`${ROUNDS} evaluations`);
  const evaluations = await watchMemory(OWN_PROCESS, async () => {
    await engine.evaluate({ program, inputs: unnamed });
  });
  return { evaluations };
}

/** In turn: another header, coefficients beyond their modulus, truncated, transparent, oversized. */
export function spoiled(honest: Uint8Array, round: number): Uint8Array {
  const kind = round % 5;
  const position = (round * 7919) % honest.length;
  if (kind === 2) return honest.subarray(0, position);
  if (kind === 4) return Buffer.concat([honest, honest.subarray(0, position + 1)]);
  const bytes = Uint8Array.from(honest);
  if (kind === 0) bytes[position % 113] = (bytes[position % 113] ?? 0) ^ 0xff;
  if (kind === 1) bytes.fill(0xff, Math.max(113, position - 1024));
  if (kind === 3) bytes.fill(0, 113 + (bytes.length - 113) / 2);
  return bytes;
}
