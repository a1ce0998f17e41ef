import { X509Certificate } from 'node:crypto';
import type { Context } from 'fabric-contract-api';
import {
  caller,
  emit,
  pageState,
  putState,
  requireState,
  transactionTime,
} from '@salus/chaincode-common';
import type { Page } from '@salus/protocol';
import {
  ORGANISATION,
  type GetHpkeKeyRequest,
  type HpkeKey,
  type ListHpkeKeysRequest,
  type RegisterHpkeKeyRequest,
  type RevokeHpkeKeyRequest,
} from '@salus/protocol/ehr';
import { newHpkeKey, revokedHpkeKey, type BoundCertificate } from '../rules/hpke-keys.js';
import { hpkeKeyAt } from '../state/keys.js';

/** Registers a key for the caller, or for the caller's organisation, in the place of the one before. */
export async function registerHpkeKey(
  ctx: Context,
  request: RegisterHpkeKeyRequest,
): Promise<HpkeKey> {
  const at = transactionTime(ctx);
  const key = newHpkeKey(request, caller(ctx), { certificate: certificateOf(ctx), at });
  return putHpkeKey(ctx, key, 'HpkeKeyRegistered.v1');
}

export async function revokeHpkeKey(ctx: Context, { id }: RevokeHpkeKeyRequest): Promise<HpkeKey> {
  const who = caller(ctx);
  const key = await getHpkeKey(ctx, { mspId: who.mspId, id });
  const revoked = revokedHpkeKey(key, who, transactionTime(ctx));
  return putHpkeKey(ctx, revoked, 'HpkeKeyRevoked.v1');
}

/** Also one that was revoked or is past its time: whoever uses it looks. */
export function getHpkeKey(
  ctx: Context,
  { mspId, id = ORGANISATION }: GetHpkeKeyRequest,
): Promise<HpkeKey> {
  return requireState<HpkeKey>(ctx, hpkeKeyAt(mspId, id), 'HPKE key');
}

export function listHpkeKeys(
  ctx: Context,
  { mspId, ...request }: ListHpkeKeysRequest,
): Promise<Page<HpkeKey>> {
  return pageState<HpkeKey>(ctx, hpkeKeyAt(mspId), request);
}

async function putHpkeKey(
  ctx: Context,
  key: HpkeKey,
  event: 'HpkeKeyRegistered.v1' | 'HpkeKeyRevoked.v1',
): Promise<HpkeKey> {
  const { mspId, id } = key;
  await putState(ctx, hpkeKeyAt(mspId, id), key);
  emit(ctx, event, { mspId, id });
  return key;
}

/** The certificate that signs the transaction. */
function certificateOf(ctx: Context): BoundCertificate {
  const read = new X509Certificate(ctx.clientIdentity.getIDBytes());
  return {
    serialNumber: read.serialNumber.toLowerCase(),
    issuer: read.issuer.replaceAll('\n', ', '),
    notAfter: new Date(read.validTo).toISOString(),
  };
}
