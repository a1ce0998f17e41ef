import { pssKiB } from './process-usage.js';

const SAMPLES = 10;

export interface MemorySeries {
  readonly rounds: number;
  /** Memory of the process (PSS, MiB) after each tenth of the rounds. */
  readonly mib: readonly number[];
  /** Greatest of the second half over the greatest of the first: 1 is flat. */
  readonly growth: number;
}

/** Does something many times, `inFlight` at once, and follows a process' memory meanwhile. */
export async function watchMemory(
  { pid, rounds, inFlight = 1 }: { pid: number; rounds: number; inFlight?: number },
  run: (round: number) => Promise<void>,
): Promise<MemorySeries> {
  const mib: number[] = [];
  let next = 1;
  let done = 0;
  const lane = async (): Promise<void> => {
    while (next <= rounds) {
      await run(next++);
      done += 1;
      if (done % (rounds / SAMPLES) === 0) mib.push(Math.round(pssKiB(pid) / 1024));
    }
  };
  await Promise.all(Array.from({ length: inFlight }, lane));
  const half = SAMPLES / 2;
  const growth = Math.max(...mib.slice(half)) / Math.max(...mib.slice(0, half));
  return { rounds, mib, growth };
}
