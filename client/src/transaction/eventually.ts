import { setTimeout as sleep } from 'node:timers/promises';
import { SalusError, type ErrorCode } from '@salus/protocol/errors';

/** Peers of one channel are apart by a block or two. */
const PATIENCE_MS = 3000;
const PAUSE_MS = 50;

/** What to wait for, and how long. */
export interface Patience {
  readonly patienceMs?: number;
  /** Between two attempts. */
  readonly pauseMs?: number;
  /** Codes by which a peer tells that it has not got there yet. */
  readonly codes?: readonly ErrorCode[];
  /** Whether another error tells so too. */
  readonly isEarly?: (error: unknown) => boolean;
}

/**
 * Reads what another organisation's peer has already shown to the asker: the peer that is asked may get the
 * block a moment later.
 *
 * @throws SalusError one of the codes, `ERR_NOT_FOUND` unless others are named, when it isn't there in time;
 *   other errors at once
 */
export async function eventually<T>(
  read: () => Promise<T>,
  {
    patienceMs = PATIENCE_MS,
    pauseMs = PAUSE_MS,
    codes = ['ERR_NOT_FOUND'],
    isEarly = () => false,
  }: Patience = {},
): Promise<T> {
  const end = Date.now() + patienceMs;
  for (;;) {
    try {
      return await read();
    } catch (error) {
      const isAbsent = error instanceof SalusError && codes.includes(error.code);
      if ((!isAbsent && !isEarly(error)) || Date.now() >= end) throw error;
    }
    await sleep(pauseMs);
  }
}
