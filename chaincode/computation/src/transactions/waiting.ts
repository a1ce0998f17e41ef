import type { Context } from 'fabric-contract-api';
import { getState, transactionTime } from '@salus/chaincode-common';
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
  const epochs = new Map([[keyId, epoch]]);
  const epochOf = async (of: string) => {
    const known = epochs.get(of) ?? (await readKey(ctx, of)).epoch;
    epochs.set(of, known);
    return known;
  };
  const isCounted = await takePlace<Asked>(ctx, {
    most: MOST_WAITING,
    at: (place) => waitingKey(requester, place),
    name: openingId,
    entry: { openingId, keyId, epoch, expiresAt },
    counts: async (asked) => {
      const record = await getState<RecordedOpening>(ctx, openingRecordKey(asked.openingId));
      const isRecorded = record?.openedHash !== undefined;
      return isWaiting(asked, { isRecorded, epoch: await epochOf(asked.keyId), now });
    },
  });
  if (!isCounted) throw noRoomToWait(requester);
}
