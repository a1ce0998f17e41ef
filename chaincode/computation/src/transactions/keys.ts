import type { Context } from 'fabric-contract-api';
import { emit, getState, putState, transactionTime } from '@salus/chaincode-common';
import type { CollectiveKey, RetireKeyRequest } from '@salus/protocol/computation';
import { describeCeremony } from '../rules/ceremony.js';
import { retire } from '../rules/key.js';
import { collectiveKeyKey, openedSlotsKey } from '../state/keys.js';
import type { KeyRecord, PostedSteps } from '../state/records.js';
import { epochContributions } from './opening-proofs.js';
import { allSteps, readKey, readSteps, requireOfficer } from './steps.js';

export async function retireKey(
  ctx: Context,
  { keyId, successor }: RetireKeyRequest,
): Promise<CollectiveKey> {
  const key = await readKey(ctx, keyId);
  const mspId = requireOfficer(ctx, keyId, key.committee.members);
  if (successor !== undefined) await readKey(ctx, successor);
  const asked = retire(key, mspId, successor, transactionTime(ctx));
  await putState(ctx, collectiveKeyKey(keyId), asked);
  const name = asked.status === 'RETIRED' ? 'KeyRetired.v1' : 'KeyRetirementAsked.v1';
  emit(ctx, name, { keyId, by: mspId, ...(successor !== undefined && { successor }) });
  return await describe(ctx, asked, await readSteps(ctx, asked, ...allSteps));
}

export async function getKey(ctx: Context, keyId: string): Promise<CollectiveKey> {
  const key = await readKey(ctx, keyId);
  return await describe(ctx, key, await readSteps(ctx, key, ...allSteps));
}

export async function openedSlotsOf(ctx: Context, keyId: string): Promise<number> {
  return (await getState<number>(ctx, openedSlotsKey(keyId))) ?? 0;
}

export async function describe(
  ctx: Context,
  key: KeyRecord,
  posted: PostedSteps,
): Promise<CollectiveKey> {
  const contributions = key.publicKeyHash === undefined ? [] : await epochContributions(ctx, key);
  return {
    ...key,
    ...(contributions.length > 0 && { contributions }),
    openedSlots: await openedSlotsOf(ctx, key.keyId),
    ceremony: describeCeremony(key, posted),
  };
}
