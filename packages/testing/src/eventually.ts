import { setTimeout as pause } from 'node:timers/promises';

/** Tells what never comes. No machine is so slow, and a test that waits so long is not over yet. */
const LONGEST_MS = 300_000;
const POLL_MS = 100;

/**
 * Repeats what fails until it succeeds: an expectation, too.
 *
 * @example await eventually(async () => expect(await client.height()).toBe(7n));
 * @throws what the last attempt threw, when no attempt succeeds
 */
export async function eventually<T>(
  attempt: () => T | Promise<T>,
  pollMs = POLL_MS,
): Promise<Awaited<T>> {
  const end = Date.now() + LONGEST_MS;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() > end) throw error;
      await pause(pollMs);
    }
  }
}
