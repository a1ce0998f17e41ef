import { DAY_MS } from '@salus/protocol';
import { denied } from '@salus/client/trust';
import type { Opening } from '@salus/protocol/computation';

/**
 * Stores keep serving what an opening rests on, its ciphertexts and sealed letters, until it is on record
 * and this long after. Recipients that were away can still open it, and auditors repeat it. What is not
 * recorded is kept until the opening expires.
 */
export const KEPT_AFTER_RECORD_MS = 30 * DAY_MS;

/** @throws SalusError `ERR_NO_DECISION` past the time */
export function requireKept(
  { recordedAt, expiresAt }: Pick<Opening, 'recordedAt' | 'expiresAt'>,
  now: number,
): void {
  if (recordedAt === undefined) {
    if (now > Date.parse(expiresAt)) throw denied('the opening has expired');
  } else if (now > Date.parse(recordedAt) + KEPT_AFTER_RECORD_MS) {
    throw denied('the opening was recorded too long ago');
  }
}
