import { setTimeout as sleep } from 'node:timers/promises';
import { SalusError } from '@salus/protocol/errors';

/** Peers of one channel are apart by a block or two. */
const PATIENCE_MS = 3000;
const PAUSE_MS = 50;

/**
 * Reads what another organisation's peer has already shown to the asker: the own peer may get the
 * block a moment later.
 *
 * @throws SalusError `ERR_NOT_FOUND` when it isn't there in time; other errors at once
 */
export async function eventually<T>(read: () => Promise<T>, patienceMs = PATIENCE_MS): Promise<T> {
  const end = Date.now() + patienceMs;
  for (;;) {
    try {
      return await read();
    } catch (error) {
      const isAbsent = error instanceof SalusError && error.code === 'ERR_NOT_FOUND';
      if (!isAbsent || Date.now() >= end) throw error;
    }
    await sleep(PAUSE_MS);
  }
}
