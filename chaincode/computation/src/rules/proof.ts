import { MOST_CIPHERTEXTS, type Profile } from '@salus/compute';
import { conflict, invalidArgument } from '@salus/protocol';
import type { KeyRecord } from '../state/records.js';

/**
 * Without proofs a malformed ciphertext opens its key, so keys of such profiles take no more of them.
 * @throws SalusError ERR_CONFLICT
 */
export function requireProvenKey({ keyId }: Pick<KeyRecord, 'keyId'>, profile: Profile): void {
  if (profile.proven) return;
  const message = `key ${keyId} takes no more ciphertexts, for its profile knows no proofs`;
  throw conflict('keyId', message, 'a key of a profile with proofs', profile.name);
}

/**
 * Ciphertexts in the groups that a proof covers each: as many as one can, in their order.
 * @throws SalusError ERR_INVALID_ARGUMENT unless there is a proof for each group
 */
export function provenTogether<T>(
  ciphertexts: readonly T[],
  proofHashes: readonly string[],
): { readonly proofHash: string; readonly ciphertexts: readonly [T, ...T[]] }[] {
  const groups = Math.ceil(ciphertexts.length / MOST_CIPHERTEXTS);
  if (proofHashes.length !== groups) {
    throw invalidArgument('proofHashes', `${groups}`, String(proofHashes.length));
  }
  return proofHashes.map((proofHash, index) => ({
    proofHash,
    ciphertexts: groupOf(ciphertexts, index),
  }));
}

function groupOf<T>(all: readonly T[], index: number): readonly [T, ...T[]] {
  return all.slice(index * MOST_CIPHERTEXTS, (index + 1) * MOST_CIPHERTEXTS) as [T, ...T[]];
}

/** @throws SalusError ERR_INVALID_ARGUMENT */
export function requireSlots(slots: number, { degree }: Pick<Profile, 'degree'>): void {
  if (slots <= degree) return;
  throw invalidArgument('slots', `at most ${degree}`, String(slots));
}
