/** What one run of a load brought. */
export interface LoadResult {
  readonly committed: number;
  readonly failed: number;
  readonly seconds: number;
  readonly perSecond: number;
  /** The first error, if any: a load with errors must not pass for a fast one. */
  readonly firstError?: string;
}

/**
 * Keeps `inFlight` operations going until `seconds` have passed, then waits for those under way.
 * The rate counts what completed, over the time until the last completion.
 */
export async function runLoad(
  operation: (index: number) => Promise<unknown>,
  { seconds, inFlight }: { seconds: number; inFlight: number },
): Promise<LoadResult> {
  let next = 0;
  let committed = 0;
  let failed = 0;
  let firstError: string | undefined;
  const started = performance.now();
  const lane = async (): Promise<void> => {
    while (performance.now() - started < seconds * 1000) {
      try {
        await operation(next++);
        committed += 1;
      } catch (error) {
        failed += 1;
        firstError ??= error instanceof Error ? error.message : String(error);
      }
    }
  };
  await Promise.all(Array.from({ length: inFlight }, lane));
  const elapsed = (performance.now() - started) / 1000;
  return {
    committed,
    failed,
    seconds: elapsed,
    perSecond: committed / elapsed,
    ...(firstError === undefined ? {} : { firstError }),
  };
}

/** Runs an operation one at a time and gives each one's milliseconds. */
export async function latencies(
  operation: (index: number) => Promise<unknown>,
  count: number,
): Promise<number[]> {
  const sample: number[] = [];
  for (let index = 0; index < count; index++) {
    const started = performance.now();
    await operation(index);
    sample.push(performance.now() - started);
  }
  return sample;
}
