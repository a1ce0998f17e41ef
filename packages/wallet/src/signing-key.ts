import { z } from 'zod';
import { canonicalJson, SalusError, toBase64url } from '@salus/protocol';
import { decoded, sha256, utf8 } from './bytes.js';

const coordinate = z.string().regex(/^[A-Za-z0-9_-]{43}$/, '32 bytes in base64url');

/** A public key for statements: P-256 (ES256) or Ed25519 (EdDSA), as a JWK (RFC 7517, RFC 8037). */
export const signingJwk = z.discriminatedUnion('kty', [
  z.strictObject({ kty: z.literal('EC'), crv: z.literal('P-256'), x: coordinate, y: coordinate }),
  z.strictObject({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: coordinate }),
]);
export type SigningJwk = z.infer<typeof signingJwk>;

/** The algorithms of statements. */
export const signingAlgorithms = ['ES256', 'EdDSA'] as const;
export type SigningAlgorithm = (typeof signingAlgorithms)[number];

/** A key that signs statements; made at random, and never derived: a lost device is one key lost. */
export const signingKey = z.strictObject({
  kid: z.string(),
  jwk: signingJwk,
  /** PKCS #8, base64url. */
  privateKey: z.string(),
});
export type SigningKey = z.infer<typeof signingKey>;

const parameters = {
  ES256: { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' },
  EdDSA: { name: 'Ed25519' },
} as const;

/** Makes a key. Every browser that has Ed25519 makes both kinds; ES256 works in all. */
export async function generateSigningKey(alg: SigningAlgorithm = 'ES256'): Promise<SigningKey> {
  const pair = await crypto.subtle.generateKey(parameters[alg], true, ['sign', 'verify']);
  if (!('publicKey' in pair)) throw new SalusError('ERR_INTERNAL', 'No key pair was made');
  const { kty, crv, x, y } = await crypto.subtle.exportKey('jwk', pair.publicKey);
  const jwk = signingJwk.parse({ kty, crv, x, ...(y !== undefined && { y }) });
  const pkcs8 = new Uint8Array(await crypto.subtle.exportKey('pkcs8', pair.privateKey));
  const made = { kid: await thumbprintOf(jwk), jwk, privateKey: toBase64url(pkcs8) };
  pkcs8.fill(0);
  return made;
}

/** JWK thumbprint (RFC 7638), by which statements name a key. */
export async function thumbprintOf(jwk: SigningJwk): Promise<string> {
  const required =
    jwk.kty === 'EC'
      ? { crv: jwk.crv, kty: jwk.kty, x: jwk.x, y: jwk.y }
      : { crv: jwk.crv, kty: jwk.kty, x: jwk.x };
  return toBase64url(await sha256(utf8(canonicalJson(required))));
}

/** The JWS algorithm (RFC 7518, RFC 8037) that belongs to a key. */
export function algorithmOfKey({ kty }: SigningJwk): SigningAlgorithm {
  return kty === 'EC' ? 'ES256' : 'EdDSA';
}

/** Signs as JWS does: ECDSA as r and s, one after the other (RFC 7518, 3.4), or Ed25519. */
export async function signBytes(
  { jwk, privateKey }: SigningKey,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array> {
  const algorithm = parameters[algorithmOfKey(jwk)];
  const pkcs8 = decoded(privateKey, 'privateKey');
  const key = await crypto.subtle.importKey('pkcs8', pkcs8, algorithm, false, ['sign']);
  pkcs8.fill(0);
  return new Uint8Array(await crypto.subtle.sign(algorithm, key, bytes));
}
