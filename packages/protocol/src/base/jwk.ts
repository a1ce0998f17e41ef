import { z } from 'zod';
import { canonicalJson } from './canonical-json.js';
import { sha256 } from './hash.js';

// Of the last digit two bits are to spare: only zeros there, or a key would have several thumbprints.
const coordinate = z
  .string()
  .regex(/^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/, '32 bytes in base64url');

/** A public key for statements: P-256 (ES256) or Ed25519 (EdDSA), as a JWK (RFC 7517, RFC 8037). */
export const publicJwk = z.discriminatedUnion('kty', [
  z.strictObject({ kty: z.literal('EC'), crv: z.literal('P-256'), x: coordinate, y: coordinate }),
  z.strictObject({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: coordinate }),
]);
export type PublicJwk = z.infer<typeof publicJwk>;

/** JWK thumbprint (RFC 7638): base64url of the SHA-256 of the required members. */
export function jwkThumbprint(jwk: PublicJwk): string {
  const required =
    jwk.kty === 'EC'
      ? { crv: jwk.crv, kty: jwk.kty, x: jwk.x, y: jwk.y }
      : { crv: jwk.crv, kty: jwk.kty, x: jwk.x };
  return sha256(Buffer.from(canonicalJson(required), 'utf8')).toString('base64url');
}

/** The JWS algorithm (RFC 7518, RFC 8037) that belongs to a key. */
export function algorithmOf(jwk: PublicJwk): 'ES256' | 'EdDSA' {
  return jwk.kty === 'EC' ? 'ES256' : 'EdDSA';
}
