import { createHash } from 'node:crypto';
import path from 'node:path';
import { cacheRoot } from '../fabric/build.js';
import { withLock } from '../fabric/lock.js';
import type { Instance } from '../instance/instance.js';
import { makeDirectory } from '../instance/make-directory.js';

/** Beside the built programs and not in the instance's directory, which comes and goes. */
function lockOf({ home }: Pick<Instance, 'home'>): string {
  const name = createHash('sha256').update(home).digest('hex').slice(0, 16);
  return path.join(cacheRoot(), 'locks', name);
}

/**
 * Runs what changes an instance. Commands that come meanwhile, of other processes too, wait for their turn.
 * Two that start the same network at once would make each other's certificates worthless.
 *
 * @param report told once whom the command waits for
 * @throws NetworkError ERR_ARGUMENT if the cache can't be written
 */
export function inTurn<T>(
  instance: Pick<Instance, 'home'>,
  work: () => Promise<T>,
  report: (line: string) => void,
): Promise<T> {
  const lock = lockOf(instance);
  makeDirectory(path.dirname(lock), 'XDG_CACHE_HOME');
  return withLock(lock, work, (pid) => {
    report(`Another command works on ${instance.home} (process ${pid}); waiting for it`);
  });
}
