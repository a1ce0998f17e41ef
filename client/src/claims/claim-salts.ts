import { createHmac, randomBytes } from 'node:crypto';
import { sha256Hex } from '@salus/protocol';
import { keptKey } from '../home/kept-key.js';
import { homeOf, type RecordSettings } from '../records/record-settings.js';

/** A text that the ledger knows by its salted hash. Whoever has text and salt can show what was hashed. */
export interface SaltedHash {
  /** SHA-256 of the salt's 32 bytes and the text, 64 hex digits. */
  readonly hash: string;
  /** 64 hex digits. */
  readonly salt: string;
}

/**
 * What an organisation's salts derive from: `claims.key` in its home, made when there is none. The same
 * payment gets the same hash, so the ledger sees that it settled a claim before.
 *
 * @throws SalusError `ERR_SETTINGS_MISSING` where neither `home` nor `keeping.claimSecret` is given
 */
export async function claimSecret(settings: RecordSettings): Promise<Uint8Array> {
  return settings.keeping?.claimSecret ?? keptKey(homeOf(settings), 'claims.key');
}

/** The same, or a secret of this call alone where an organisation keeps none. */
export async function claimSecretOrFresh(settings: RecordSettings): Promise<Uint8Array> {
  const isKept = settings.home !== undefined || settings.keeping?.claimSecret !== undefined;
  return isKept ? claimSecret(settings) : randomBytes(32);
}

/** @param of - what the salt belongs to: another one has another salt */
export function saltOf(secret: Uint8Array, of: readonly string[]): string {
  return createHmac('sha256', secret).update(JSON.stringify(of)).digest('hex');
}

/**
 * The hash by which a claim's evidence or a payment's reference is on the ledger.
 *
 * @param salt - 64 hex digits
 * @example
 * const isShown = saltedHashOf(salt, evidence) === claim.lines[0].evidenceHash;
 */
export function saltedHashOf(salt: string, text: Uint8Array | string): string {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text;
  return sha256Hex(Buffer.concat([Buffer.from(salt, 'hex'), bytes]));
}

/** A salted hash under the salt that derives from a secret. */
export function salted(
  secret: Uint8Array,
  of: readonly string[],
  text: Uint8Array | string,
): SaltedHash {
  const salt = saltOf(secret, of);
  return { hash: saltedHashOf(salt, text), salt };
}
