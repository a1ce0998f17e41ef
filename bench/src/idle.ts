import os from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';

const LOOK_MS = 2000;
const MOST_MS = 90_000;
const IDLE = 0.85;

/**
 * Waits until the processors have little else to do, for a while at most.
 *
 * @returns which share of them was idle at last, and the load average: a result names both
 */
export async function untilIdle(): Promise<{ readonly idle: number; readonly load: number }> {
  const end = performance.now() + MOST_MS;
  for (;;) {
    const before = times();
    await pause(LOOK_MS);
    const after = times();
    const idle = (after.idle - before.idle) / (after.all - before.all);
    if (idle >= IDLE || performance.now() > end) return { idle, load: os.loadavg()[0] ?? NaN };
  }
}

function times(): { readonly idle: number; readonly all: number } {
  const each = os.cpus().map((cpu) => cpu.times);
  const sum = (numbers: readonly number[]) => numbers.reduce((one, other) => one + other, 0);
  return {
    idle: sum(each.map(({ idle }) => idle)),
    all: sum(each.flatMap((one) => Object.values(one))),
  };
}
