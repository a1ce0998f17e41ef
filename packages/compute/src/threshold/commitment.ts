import { createHash } from 'node:crypto';
import { encodeCommittee } from './committee.js';
import type { DealingContext, HeldShare, Resharing } from './types.js';

/**
 * The commitment that a member posts before any member reveals. It binds key, epoch, member and seed, so
 * that nobody passes another member's commitment off as its own. It binds the hash of everything that the
 * member will reveal: the contributions at key generation, the parts ({@link ResharedShare.hash}) at a
 * resharing. What is hashed has the entropy of an RLWE sample or of a secret, so the hash hides it without
 * a salt.
 *
 * @param hashesByShare lower-case hex by share ID; the order does not matter
 */
export function commitmentOf(
  context: DealingContext,
  hashesByShare: Readonly<Record<string, string>>,
): string {
  const { profile, keyId, epoch, member, seed } = context;
  const hashes = Object.entries(hashesByShare).sort(byShare);
  return sha256(
    JSON.stringify(['salus key dealing v1', profile, keyId, epoch, member, hashes]),
    seed,
  );
}

/**
 * Names a share without telling it: what all of its holders compute and compare.
 */
export function fingerprintOf(
  context: { readonly profile: string; readonly keyId: string; readonly epoch: number },
  share: HeldShare,
): string {
  const { profile, keyId, epoch } = context;
  return sha256(
    JSON.stringify(['salus share v1', profile, keyId, epoch, share.shareId]),
    share.smudgingKey,
    share.secret,
  );
}

/** Names one part of a resharing: the old share, the new share, all of the change, and the bytes. */
export function partFingerprint(
  resharing: Resharing,
  from: string,
  shareId: string,
  bytes: Uint8Array,
): string {
  return sha256(JSON.stringify([...described(resharing), 'part', from, shareId]), bytes);
}

/**
 * What every holder of an old share posts. It stands for the fingerprints of all of its parts, so that
 * anybody can tell them and everybody check them.
 *
 * @param from the old share
 * @param fingerprints by the new share's ID
 */
export function reshareHash(
  resharing: Resharing,
  from: string,
  fingerprints: Readonly<Record<string, string>>,
): string {
  const sorted = Object.entries(fingerprints).sort(byShare);
  return sha256(JSON.stringify([...described(resharing), 'parts', from, sorted]));
}

/**
 * The label of the trial ciphertext of a new key or a resharing. It names what the shares are, so that
 * nobody could choose a share after knowing the ciphertext.
 *
 * @param fingerprints of the new shares, by share ID, as the holders agree on them
 */
export function trialLabel(
  { profile, keyId, epoch, to }: Resharing,
  fingerprints: Readonly<Record<string, string>>,
): string {
  const sorted = Object.entries(fingerprints).sort(byShare);
  return JSON.stringify([profile, keyId, epoch, encodeCommittee(to), sorted]);
}

function described({ profile, keyId, epoch, to }: Resharing): unknown[] {
  return ['salus resharing v1', profile, keyId, epoch, encodeCommittee(to)];
}

function byShare([one]: [string, string], [other]: [string, string]): number {
  return Number(one.slice(1)) - Number(other.slice(1));
}

function sha256(text: string, ...bytes: Uint8Array[]): string {
  // The text ends where its brackets close, so what follows can't be taken for a part of it.
  const hash = createHash('sha256').update(text);
  for (const one of bytes) hash.update(one);
  return hash.digest('hex');
}
