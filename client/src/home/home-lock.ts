import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFile, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { SalusError } from '@salus/protocol';
import { writeOnce } from './atomic-file.js';

/**
 * Does one kind of work in a home while no other process does. Others are refused until it is done or its
 * process has ended, however it ends. The lock is a socket in Linux's abstract namespace (unix(7)). The
 * kernel gives it to one process at a time, and takes it back from a dead one. Its name comes from a secret
 * of the home, so nobody else can take it.
 *
 * @param work what it is, as it is told to who is refused
 * @throws SalusError `ERR_HOME_IN_USE`
 */
export async function aloneIn<T>(home: string, work: string, run: () => Promise<T>): Promise<T> {
  const server = createServer((socket) => socket.destroy());
  server.listen({ path: `\0salus-${await nameOf(home, work)}` });
  try {
    await once(server, 'listening');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw cause;
    throw new SalusError('ERR_HOME_IN_USE', `Another process runs ${work} in ${home}`, { cause });
  }
  try {
    return await run();
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
}

async function nameOf(home: string, work: string): Promise<string> {
  const file = path.join(home, 'lock.secret');
  await writeOnce(file, randomBytes(32));
  // The folder itself, by whatever path; a copy of it is another.
  const { dev, ino } = await stat(home, { bigint: true });
  const hash = createHash('sha256').update(await readFile(file));
  return hash.update(`${dev} ${ino} ${work}`).digest('hex');
}
