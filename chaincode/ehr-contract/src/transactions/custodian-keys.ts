import type { Context } from 'fabric-contract-api';
import {
  caller,
  emit,
  pageState,
  putState,
  requireAbsent,
  requireState,
  transactionTime,
} from '@salus/chaincode-common';
import type { Page } from '@salus/protocol';
import type {
  CommitDealingRequest,
  ConfirmCustodianKeyRequest,
  CustodianKey,
  EndCustodianKeyRequest,
  GetCustodianKeyRequest,
  ListCustodianKeysRequest,
  ProposeCustodianKeyRequest,
  RevealDealingRequest,
} from '@salus/protocol/ehr';
import {
  endedCustodianKey,
  newCustodianKey,
  withCommitment,
  withConfirmation,
  withDealing,
} from '../rules/custodian-keys.js';
import { custodianKeyAt } from '../state/keys.js';

/** The ceremony by which the custodians come to the key that emergencies are opened with. */

export async function proposeCustodianKey(
  ctx: Context,
  request: ProposeCustodianKeyRequest,
): Promise<CustodianKey> {
  await requireAbsent(ctx, custodianKeyAt(request.keyId), 'custodian key');
  return putKey(ctx, newCustodianKey(request, caller(ctx), transactionTime(ctx)));
}

export async function commitDealing(
  ctx: Context,
  { keyId, ...dealing }: CommitDealingRequest,
): Promise<CustodianKey> {
  const key = await getCustodianKey(ctx, { keyId });
  return putKey(ctx, withCommitment(key, dealing, caller(ctx)));
}

export async function revealDealing(
  ctx: Context,
  { keyId, ...dealing }: RevealDealingRequest,
): Promise<CustodianKey> {
  const key = await getCustodianKey(ctx, { keyId });
  return putKey(ctx, withDealing(key, dealing, caller(ctx)));
}

export async function confirmCustodianKey(
  ctx: Context,
  { keyId, ...confirmation }: ConfirmCustodianKeyRequest,
): Promise<CustodianKey> {
  const key = await getCustodianKey(ctx, { keyId });
  const by = { who: caller(ctx), at: transactionTime(ctx) };
  return putKey(ctx, withConfirmation(key, confirmation, by));
}

export async function endCustodianKey(
  ctx: Context,
  { keyId, complaint }: EndCustodianKeyRequest,
): Promise<CustodianKey> {
  const key = await getCustodianKey(ctx, { keyId });
  const by = { who: caller(ctx), at: transactionTime(ctx) };
  return putKey(ctx, endedCustodianKey(key, complaint, by));
}

export function getCustodianKey(
  ctx: Context,
  { keyId }: GetCustodianKeyRequest,
): Promise<CustodianKey> {
  return requireState<CustodianKey>(ctx, custodianKeyAt(keyId), 'custodian key');
}

export function listCustodianKeys(
  ctx: Context,
  request: ListCustodianKeysRequest,
): Promise<Page<CustodianKey>> {
  return pageState<CustodianKey>(ctx, custodianKeyAt(), request);
}

async function putKey(ctx: Context, key: CustodianKey): Promise<CustodianKey> {
  const { keyId, status } = key;
  await putState(ctx, custodianKeyAt(keyId), key);
  emit(ctx, 'CustodianKeyChanged.v1', { keyId, status });
  return key;
}
