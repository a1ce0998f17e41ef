import type { Context } from 'fabric-contract-api';
import { getState, putState, transactionTime } from '@salus/chaincode-common';
import { MOST_WAITING, requireRoomToWait, stillWaiting, type Asked } from '../rules/waiting.js';
import { openingRecordKey, waitingKey } from '../state/keys.js';
import type { KeyRecord, RecordedOpening } from '../state/records.js';

/**
 * Counts an opening that members are to see to, for who asks. What became of earlier ones is read only where there
 * would be no room.
 * @throws SalusError ERR_QUOTA_EXCEEDED
 */
export async function countWaiting(
  ctx: Context,
  { keyId, epoch }: Pick<KeyRecord, 'keyId' | 'epoch'>,
  requester: string,
  { openingId, expiresAt }: Omit<Asked, 'epoch'>,
): Promise<void> {
  const at = waitingKey(keyId, requester);
  const known = ((await getState<Asked[]>(ctx, at)) ?? []).filter(
    (one) => one.openingId !== openingId,
  );
  const left =
    known.length < MOST_WAITING
      ? known
      : stillWaiting(known, await recordedOf(ctx, known), { epoch, now: transactionTime(ctx) });
  requireRoomToWait(left, requester);
  await putState(ctx, at, [...left, { openingId, epoch, expiresAt }]);
}

async function recordedOf(ctx: Context, asked: readonly Asked[]): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for (const { openingId } of asked) {
    const record = await getState<RecordedOpening>(ctx, openingRecordKey(openingId));
    if (record?.openedHash !== undefined) found.add(openingId);
  }
  return found;
}
