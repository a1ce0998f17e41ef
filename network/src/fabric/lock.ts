import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { livenessOf, startTicksOf } from '../supervisor/process-identity.js';

interface Holder {
  readonly pid: number;
  readonly startTicks?: string;
}

function tryTake(file: string): boolean {
  const own = `${file}.${process.pid}`;
  const holder: Holder = { pid: process.pid, ...ticks() };
  writeFileSync(own, JSON.stringify(holder));
  try {
    // A link is made whole or not at all: nobody ever reads a lock that is half written.
    linkSync(own, file);
    return true;
  } catch {
    return false;
  } finally {
    rmSync(own, { force: true });
  }
}

function ticks(): { startTicks?: string } {
  const startTicks = startTicksOf(process.pid);
  return startTicks === undefined ? {} : { startTicks };
}

function holderOf(file: string): Holder | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Holder;
  } catch {
    return undefined;
  }
}

/**
 * Removes a lock that its holder left when it died. Who removes it holds a lock on that, named for the dead
 * holder. Another process that saw the same one later finds it gone, and removes no new lock.
 *
 * @returns false if somebody else is at it
 */
function removeLeft(file: string, { pid, startTicks }: Holder): boolean {
  const claim = `${file}.after-${pid}-${startTicks ?? ''}`;
  if (!tryTake(claim)) {
    const other = holderOf(claim);
    return other !== undefined && !isAlive(other) && removeLeft(claim, other);
  }
  try {
    const now = holderOf(file);
    if (now?.pid === pid && now.startTicks === startTicks) rmSync(file, { force: true });
    return true;
  } finally {
    rmSync(claim, { force: true });
  }
}

const isAlive = ({ pid, startTicks }: Holder) => livenessOf(pid, startTicks) === 'running';

/**
 * Runs `work` while holding a lock file. Waits while another process holds it, and takes it over
 * from one that has died; of several that wait, one does.
 *
 * @param waiting told once, with the holder's process id, if there is something to wait for
 */
export async function withLock<T>(
  file: string,
  work: () => Promise<T>,
  waiting: (pid: number) => void = () => undefined,
): Promise<T> {
  let told = false;
  while (!tryTake(file)) {
    const holder = holderOf(file);
    if (holder && !isAlive(holder)) {
      if (!removeLeft(file, holder)) await delay(10);
      continue;
    }
    if (holder && !told) {
      waiting(holder.pid);
      told = true;
    }
    await delay(100);
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}
