import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { cacheRoot } from './fabric/build.js';
import { withLock } from './fabric/lock.js';
import type { Instance } from './instance.js';

/** Beside the built programs and not in the instance's directory, which comes and goes. */
function lockOf({ home }: Pick<Instance, 'home'>): string {
  const name = createHash('sha256').update(home).digest('hex').slice(0, 16);
  return path.join(cacheRoot(), 'locks', name);
}

/**
 * Runs what changes an instance. Commands that come meanwhile, of other processes too, wait for their
 * turn: two that start the same network at once would make each other's certificates worthless.
 *
 * @param report told once whom the command waits for
 */
export function inTurn<T>(
  instance: Pick<Instance, 'home'>,
  work: () => Promise<T>,
  report: (line: string) => void,
): Promise<T> {
  const lock = lockOf(instance);
  mkdirSync(path.dirname(lock), { recursive: true, mode: 0o700 });
  return withLock(lock, work, (pid) => {
    report(`Another command works on ${instance.home} (process ${pid}); waiting for it`);
  });
}
