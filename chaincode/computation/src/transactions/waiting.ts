import type { Context } from 'fabric-contract-api';
import { getState, transactionTime } from '@salus/chaincode-common';
import { isRecorded } from '../rules/partials.js';
import { isWaiting, MOST_WAITING, noRoomToWait, type Asked } from '../rules/waiting.js';
import { openingRecordKey, waitingKey } from '../state/keys.js';
import type { RecordedOpening } from '../state/records.js';
import { takePlace } from './places.js';
import { readKey } from './steps.js';

/**
 * Counts an opening that members are to see to, for who asks. Its places are for openings under all keys: who opens
 * under many has no more of them.
 * @throws SalusError ERR_QUOTA_EXCEEDED
 */
export async function countWaiting(
  ctx: Context,
  requester: string,
  { openingId, keyId, epoch, expiresAt }: Asked,
): Promise<void> {
  const now = transactionTime(ctx);
  const epochs = new Map<string, number | undefined>([[keyId, epoch]]);
  const epochOf = async (of: string) => {
    if (!epochs.has(of)) {
      const key = await readKey(ctx, of);
      epochs.set(of, key.status === 'ACTIVE' ? key.epoch : undefined);
    }
    return epochs.get(of);
  };
  const isCounted = await takePlace<Asked>(ctx, {
    most: MOST_WAITING,
    at: (place) => waitingKey(requester, place),
    name: openingId,
    entry: { openingId, keyId, epoch, expiresAt },
    counts: async (asked) => {
      const record = await getState<RecordedOpening>(ctx, openingRecordKey(asked.openingId));
      const epochNow = await epochOf(asked.keyId);
      return isWaiting(asked, { isRecorded: isRecorded(record), epoch: epochNow, now });
    },
  });
  if (!isCounted) throw noRoomToWait(requester);
}
