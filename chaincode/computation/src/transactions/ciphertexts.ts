import type { Context } from 'fabric-contract-api';
import {
  caller,
  emit,
  placeOf,
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
  contextHashOf,
  TRANSIENT,
  useOf,
  type Contributor,
  type ProvenCiphertext,
  type RegisterCiphertextRequest,
  type RegisteredCiphertext,
  type WithdrawCiphertextRequest,
} from '@salus/protocol/computation';
import { compute, requireProfile, translating } from '../engine/engine.js';
import { requireActive, requireOpenFor } from '../rules/key.js';
import { requireEpoch } from '../rules/partials.js';
import { requireProvenKey, requireSlots } from '../rules/proof.js';
import { ciphertextKey } from '../state/keys.js';
import type { KeyRecord } from '../state/records.js';
import { hashedTransient } from '../state/transient.js';
import { readKey } from './steps.js';

/**
 * Registers a ciphertext under its hash, with the proof that it is well formed and that its sender made
 * it. Without one, a malformed ciphertext would open the key.
 */
export async function registerCiphertext(
  ctx: Context,
  { ciphertextHash, proofHash, ...about }: RegisterCiphertextRequest,
): Promise<RegisteredCiphertext> {
  const key = await readKey(ctx, about.keyId);
  requireEpoch(key, about.epoch);
  const bytes = hashedTransient(ctx, TRANSIENT.ciphertext, ciphertextHash);
  const [registered] = await addCiphertexts(ctx, key, about, {
    ciphertexts: [{ hash: ciphertextHash, bytes }],
    proof: { hash: proofHash, bytes: hashedTransient(ctx, TRANSIENT.proof, proofHash) },
    publicKey: publicKeyOf(ctx, key),
  });
  const { keyId, purpose } = about;
  emit(ctx, 'CiphertextRegistered.v1', { ciphertextHash, keyId, purpose });
  return registered;
}

/** What all ciphertexts of a proof have in common. */
export interface AboutCiphertexts extends Omit<
  RegisterCiphertextRequest,
  'ciphertextHash' | 'proofHash'
> {
  /** Who made them; the caller, where it isn't given. */
  readonly contributor?: Contributor;
}

/** Ciphertexts, and the one proof that covers them all. */
export interface ProvenTogether {
  readonly ciphertexts: readonly [HashedBytes, ...HashedBytes[]];
  readonly proof: HashedBytes;
  /** The collective public key. */
  readonly publicKey: Uint8Array;
}

/** Bytes that were held against their SHA-256. */
export interface HashedBytes {
  readonly hash: string;
  readonly bytes: Uint8Array;
}

/**
 * Registers what one proof covers, for a contract that registers ciphertexts with something of its own.
 * Emits nothing.
 * @throws SalusError ERR_CONFLICT, ERR_ALREADY_EXISTS, ERR_PROOF_INVALID, ERR_CIPHERTEXT_INVALID,
 *   ERR_VALUE_OUT_OF_RANGE
 */
export async function addCiphertexts(
  ctx: Context,
  key: KeyRecord,
  { contributor = senderOf(ctx), ...about }: AboutCiphertexts,
  { ciphertexts, proof, publicKey }: ProvenTogether,
): Promise<[RegisteredCiphertext, ...RegisteredCiphertext[]]> {
  const registeredAt = transactionTime(ctx);
  const { keyId, purpose, subject, measure, period, consentReference } = about;
  const { range, slots, epoch } = about;
  const profile = requireProfile(key.profile);
  requireOpenFor(key, purpose, registeredAt);
  requireProvenKey(key, profile);
  requireSlots(slots, profile);
  for (const { hash } of ciphertexts) {
    await requireAbsent(ctx, ciphertextKey(hash), 'ciphertext');
  }
  const bound = translating(() => freshBound(profile, range));
  const covered = ciphertexts.map(({ hash }) => hash);
  const describe = ({ hash }: HashedBytes): ProvenCiphertext => ({
    ciphertextHash: hash,
    keyId,
    purpose,
    ...(subject !== undefined && { subject }),
    measure,
    period,
    bound,
    contributor,
    ...(consentReference !== undefined && { consentReference }),
    proof: { hash: proof.hash, ciphertexts: covered, epoch, slots },
    registeredAt,
    transactionId: ctx.stub.getTxID(),
  });
  const [first, ...others] = ciphertexts;
  const registered = [describe(first), ...others.map(describe)] as const;
  const { publicKeyHash = '' } = key;
  const use = useOf({ ...placeOf(ctx), publicKeyHash }, registered[0]);
  await compute(key.profile, (engine) =>
    engine.verifyProven({
      publicKey,
      ciphertexts: ciphertexts.map(({ bytes }) => bytes),
      proof: proof.bytes,
      contextHash: contextHashOf(use),
    }),
  );
  for (const one of registered) await putState(ctx, ciphertextKey(one.ciphertextHash), one);
  return [...registered];
}

/** The collective public key, as it came along. @throws SalusError ERR_CONFLICT, ERR_HASH_MISMATCH */
export function publicKeyOf(ctx: Context, key: KeyRecord): Uint8Array {
  requireActive(key);
  return hashedTransient(ctx, TRANSIENT.publicKey, key.publicKeyHash ?? '');
}

function senderOf(ctx: Context): Contributor {
  const { mspId, id } = caller(ctx);
  return { mspId, id };
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
