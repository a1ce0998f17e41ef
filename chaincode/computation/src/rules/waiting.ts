import { SalusError } from '@salus/protocol';

/** An opening that an organisation has asked for. */
export interface Asked {
  readonly openingId: string;
  readonly keyId: string;
  readonly epoch: number;
  readonly expiresAt: string;
}

/**
 * Openings that one organisation has asked for and nobody has put on record: each costs every member a look a minute,
 * and every store its letters.
 */
export const MOST_WAITING = 128;

/**
 * Whether members still see to it: it is not on record, not expired, and of its key's epoch.
 *
 * @param is.epoch of the key; undefined once the key is retired
 */
export function isWaiting(
  asked: Asked,
  is: { readonly isRecorded: boolean; readonly epoch: number | undefined; readonly now: string },
): boolean {
  return (
    !is.isRecorded && asked.epoch === is.epoch && Date.parse(is.now) <= Date.parse(asked.expiresAt)
  );
}

export function noRoomToWait(requester: string): SalusError {
  return new SalusError('ERR_QUOTA_EXCEEDED', `${requester} has asked for too many openings`, {
    argument: 'evaluationId',
    expected: `fewer than ${MOST_WAITING} openings that are not on record`,
    got: String(MOST_WAITING),
    remedy: 'put openings on record that were answered, or wait until some have expired',
  });
}
