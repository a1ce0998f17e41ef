import type { Context } from 'fabric-contract-api';
import {
  caller,
  emit,
  putState,
  requireAbsent,
  requireMsp,
  requireRole,
  requireState,
  transactionTime,
} from '@salus/chaincode-common';
import { freshBound } from '@salus/compute';
import { SalusError } from '@salus/protocol';
import {
  TRANSIENT,
  type RegisterCiphertextRequest,
  type RegisteredCiphertext,
  type WithdrawCiphertextRequest,
} from '@salus/protocol/computation';
import { compute, requireProfile, translating } from '../engine/engine.js';
import { requireOpenFor } from '../rules/key.js';
import { ciphertextKey } from '../state/keys.js';
import type { KeyRecord } from '../state/records.js';
import { hashedTransient } from '../state/transient.js';
import { readKey } from './steps.js';

/**
 * Registers a ciphertext under its hash. Who signed the transaction is accountable for it: a malformed
 * one can open the key, and can't be told from an honest one.
 */
export async function registerCiphertext(
  ctx: Context,
  request: RegisterCiphertextRequest,
): Promise<RegisteredCiphertext> {
  const key = await readKey(ctx, request.keyId);
  const bytes = hashedTransient(ctx, TRANSIENT.ciphertext, request.ciphertextHash);
  const registered = await addCiphertext(ctx, key, request, bytes);
  const { ciphertextHash, keyId, purpose } = registered;
  emit(ctx, 'CiphertextRegistered.v1', { ciphertextHash, keyId, purpose });
  return registered;
}

/**
 * As {@link registerCiphertext}, for a contract that registers several ciphertexts with something of
 * its own. Emits nothing.
 * @throws SalusError ERR_CONFLICT, ERR_ALREADY_EXISTS, ERR_CIPHERTEXT_INVALID, ERR_VALUE_OUT_OF_RANGE
 */
export async function addCiphertext(
  ctx: Context,
  key: KeyRecord,
  request: RegisterCiphertextRequest,
  bytes: Uint8Array,
): Promise<RegisteredCiphertext> {
  const { mspId, id } = caller(ctx);
  const registeredAt = transactionTime(ctx);
  const { range, ciphertextHash, keyId, purpose, measure, period, consentReference } = request;
  requireOpenFor(key, purpose, registeredAt);
  await requireAbsent(ctx, ciphertextKey(ciphertextHash), 'ciphertext');
  const bound = translating(() => freshBound(requireProfile(key.profile), range));
  await compute(key.profile, (engine) => engine.checkCiphertext(bytes));
  const registered: RegisteredCiphertext = {
    ciphertextHash,
    keyId,
    purpose,
    measure,
    period,
    bound,
    contributor: { mspId, id },
    ...(consentReference !== undefined && { consentReference }),
    registeredAt,
    transactionId: ctx.stub.getTxID(),
  };
  await putState(ctx, ciphertextKey(ciphertextHash), registered);
  return registered;
}

/** Takes a ciphertext out of everything that is not opened yet. By the contributor's organisation. */
export async function withdrawCiphertext(
  ctx: Context,
  { ciphertextHash, reason }: WithdrawCiphertextRequest,
): Promise<RegisteredCiphertext> {
  const registered = await getCiphertext(ctx, ciphertextHash);
  const who = caller(ctx);
  requireMsp(who, registered.contributor.mspId);
  requireStaff(ctx);
  if (registered.withdrawn !== undefined) {
    throw new SalusError('ERR_CONFLICT', 'the ciphertext is withdrawn already', {
      argument: 'ciphertextHash',
    });
  }
  const withdrawn = { ...registered, withdrawn: { reason, at: transactionTime(ctx) } };
  await putState(ctx, ciphertextKey(ciphertextHash), withdrawn);
  emit(ctx, 'CiphertextWithdrawn.v1', { ciphertextHash, reason });
  return withdrawn;
}

export async function getCiphertext(
  ctx: Context,
  ciphertextHash: string,
): Promise<RegisteredCiphertext> {
  const at = ciphertextKey(ciphertextHash);
  return await requireState<RegisteredCiphertext>(ctx, at, 'ciphertext');
}

/** Anybody whom its organisation has given a role. @throws SalusError ERR_FORBIDDEN */
export function requireStaff(ctx: Context): void {
  const who = caller(ctx);
  if (who.role === undefined) requireRole(who, 'any of its organisation');
}
