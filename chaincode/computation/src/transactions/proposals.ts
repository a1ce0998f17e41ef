import type { Context } from 'fabric-contract-api';
import { getState, putState, transactionTime } from '@salus/chaincode-common';
import type { KeyStatus } from '@salus/protocol/computation';
import { standingAt } from '../rules/lifetime.js';
import { counting, MOST_KEYS, requireRoomFor, type Proposal } from '../rules/proposals.js';
import { collectiveKeyKey, proposalsKey } from '../state/keys.js';
import type { KeyRecord } from '../state/records.js';

/**
 * Counts a proposal of a key. What became of earlier ones is read only where there would be no room.
 * @throws SalusError ERR_TOO_MANY_KEYS
 */
export async function countProposal(ctx: Context, proposer: string, keyId: string): Promise<void> {
  const now = transactionTime(ctx);
  const at = proposalsKey(proposer);
  const known = (await getState<Proposal[]>(ctx, at)) ?? [];
  const left =
    known.length < MOST_KEYS ? known : counting(known, await statusesOf(ctx, known, now), now);
  requireRoomFor(left, proposer);
  await putState(ctx, at, [...left, { keyId, at: now }]);
}

async function statusesOf(
  ctx: Context,
  proposals: readonly Proposal[],
  now: string,
): Promise<ReadonlyMap<string, KeyStatus>> {
  const found = new Map<string, KeyStatus>();
  for (const { keyId } of proposals) {
    const key = await getState<KeyRecord>(ctx, collectiveKeyKey(keyId));
    if (key) found.set(keyId, standingAt(key, now).status);
  }
  return found;
}
