import { SalusError } from '@salus/protocol';

/** An opening that an organisation has asked for. */
export interface Asked {
  readonly openingId: string;
  readonly epoch: number;
  readonly expiresAt: string;
}

/**
 * Openings under a key that one organisation has asked for and nobody has put on record: each costs every member a look
 * a minute, and every store its letters.
 */
export const MOST_WAITING = 128;

/** Those that members still see to: not on record, not expired, and of the key's epoch. */
export function stillWaiting(
  asked: readonly Asked[],
  recorded: ReadonlySet<string>,
  { epoch, now }: { readonly epoch: number; readonly now: string },
): Asked[] {
  return asked.filter(
    (one) =>
      !recorded.has(one.openingId) &&
      one.epoch === epoch &&
      Date.parse(now) <= Date.parse(one.expiresAt),
  );
}

/** @throws SalusError ERR_QUOTA_EXCEEDED */
export function requireRoomToWait(waiting: readonly Asked[], requester: string): void {
  if (waiting.length < MOST_WAITING) return;
  throw new SalusError('ERR_QUOTA_EXCEEDED', `${requester} has asked for too many openings`, {
    argument: 'evaluationId',
    expected: `fewer than ${MOST_WAITING} openings under the key that are not on record`,
    got: String(waiting.length),
    remedy: 'put openings on record that were answered, or wait until some have expired',
  });
}
