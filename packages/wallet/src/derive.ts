/**
 * What a wallet derives from its root secret, by HKDF-SHA-256 (RFC 5869) with a salt of this scheme. `info`
 * is the canonical JSON of a list that begins with what the secret is for. Everything is made for one kind
 * of institution, so that two kinds can't join what they know.
 */
import type { SecurityLabel } from '@salus/crypto/content';
import { deriveHpkeKeyPair, type HpkeKeyPair } from '@salus/crypto/hpke';
import { canonicalJson, toBase64url } from '@salus/protocol';
import { decoded, utf8 } from './bytes.js';
import type { InstitutionKind } from './state.js';

/** Bytes of a root secret, and of all that is derived. */
export const SECRET_BYTES = 32;

const SALT = utf8('salus/wallet/v1');

/** 32 bytes that only who knows the root can tell from random ones. */
export async function deriveSecret(
  root: Uint8Array<ArrayBuffer>,
  ...use: readonly [string, ...(string | number)[]]
): Promise<Uint8Array<ArrayBuffer>> {
  const key = await crypto.subtle.importKey('raw', root, 'HKDF', false, ['deriveBits']);
  const info = utf8(canonicalJson(use));
  const parameters = { name: 'HKDF', hash: 'SHA-256', salt: SALT, info };
  return new Uint8Array(await crypto.subtle.deriveBits(parameters, key, SECRET_BYTES * 8));
}

/** HMAC-SHA-256 of the national ID under the patient's secret, one per kind of institution. */
export async function pseudonymOf(
  root: Uint8Array<ArrayBuffer>,
  kind: InstitutionKind,
  nationalId: string,
): Promise<string> {
  const secret = await deriveSecret(root, 'pseudonym', kind);
  return toBase64url(await hmac(secret, utf8(canonicalJson([kind, nationalId]))));
}

/** Keys the tags of categories and labels on the ledger; base64url. */
export async function tagKeyOf(
  root: Uint8Array<ArrayBuffer>,
  kind: InstitutionKind,
): Promise<string> {
  return toBase64url(await deriveSecret(root, 'tag', kind));
}

/** The tag that stands for a category on the ledger. */
export function categoryTagOf(tagKey: string, category: string): Promise<string> {
  return tagOf(tagKey, `category:${category}`);
}

/** The tag that stands for a security label on the ledger. */
export function labelTagOf(tagKey: string, { system, code }: SecurityLabel): Promise<string> {
  return tagOf(tagKey, `label:${system}|${code}`);
}

/** The key pair that the content keys of a whole category are sealed to in one epoch. */
export async function categoryKeyPairOf(
  root: Uint8Array<ArrayBuffer>,
  { kind, category, epoch }: CategoryPeriod,
): Promise<HpkeKeyPair> {
  return deriveHpkeKeyPair(await deriveSecret(root, 'category-key', kind, category, epoch));
}

/** A patient's category at one epoch, as one kind of institution knows it. */
export interface CategoryPeriod {
  readonly kind: InstitutionKind;
  readonly category: string;
  readonly epoch: number;
}

/** The key pair that content keys are sealed to beside a signing key; `kid` names that one. */
export async function hpkeKeyPairOf(
  root: Uint8Array<ArrayBuffer>,
  kind: InstitutionKind,
  kid: string,
): Promise<HpkeKeyPair> {
  return deriveHpkeKeyPair(await deriveSecret(root, 'hpke-key', kind, kid));
}

/** Tells a root secret from every other one, and nothing about it. */
export async function checkValueOf(root: Uint8Array<ArrayBuffer>): Promise<string> {
  return toBase64url(await deriveSecret(root, 'check'));
}

async function tagOf(tagKey: string, text: string): Promise<string> {
  return toBase64url(await hmac(decoded(tagKey, 'tagKey'), utf8(text)));
}

async function hmac(
  secret: Uint8Array<ArrayBuffer>,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array> {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const key = await crypto.subtle.importKey('raw', secret, algorithm, false, ['sign']);
  return new Uint8Array(await crypto.subtle.sign('HMAC', key, bytes));
}
