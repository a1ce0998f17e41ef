import { setTimeout as pause } from 'node:timers/promises';
import { salus } from '@salus/testing/salus-process';

const POLL_MS = 200;

/** What a command prints with `--json`, a value a line. */
export async function told<T>(home: string, ...args: string[]): Promise<T[]> {
  const { exitCode, stdout, stderr } = await salus(home, ...args);
  if (exitCode !== 0) throw new Error(stderr);
  const lines = stdout.split('\n').filter((line) => line !== '');
  return lines.flatMap<T>((line) => JSON.parse(line) as T | T[]);
}

/** Looks again until there is what is looked for. */
export async function repeated<T>(look: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    await pause(POLL_MS);
  }
}

/** A wallet's request that waits for its owner, while something else waits for the answer. */
export async function waitingRequest(patient: string, asking: Promise<unknown>): Promise<string> {
  const ended = asking.then(() => true);
  ended.catch(() => undefined);
  type Asked = { readonly id: string; readonly status: string };
  const waiting = async () =>
    (await told<Asked>(patient, 'wallet', 'requests')).find(({ status }) => status === 'PENDING');
  const { id } = await Promise.race([
    repeated(waiting),
    ended.then(() => Promise.reject(new Error('done without the patient'))),
  ]);
  return id;
}
