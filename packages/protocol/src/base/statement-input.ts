import { toBase64url } from './base64url.js';
import { canonicalJson } from './canonical-json.js';

/** `typ` of the JWS header. */
export const STATEMENT_TYP = 'salus-statement+jws';

/** Statements are small; a longer text is none. */
export const MAX_STATEMENT_LENGTH = 16_384;

/** What every statement says beside its body. Times in seconds since 1970 (RFC 7519 NumericDate). */
export interface StatementClaims {
  readonly type: string;
  readonly channel: string;
  readonly contract: string;
  readonly audience: string;
  readonly kid: string;
  readonly jti: string;
  readonly iat: number;
  readonly exp: number;
}

/** What is to be signed; the key adds its name. */
export type StatementPayload = Omit<StatementClaims, 'kid'> & Readonly<Record<string, unknown>>;

/**
 * The text that a statement's signature is over: header and payload of a compact JWS (RFC 7515,
 * section 7.1), each as canonical JSON (RFC 8785).
 */
export function statementInput(
  payload: StatementPayload,
  key: { readonly alg: 'ES256' | 'EdDSA'; readonly kid: string },
): string {
  return [
    { ...key, typ: STATEMENT_TYP },
    { ...payload, kid: key.kid },
  ]
    .map((part) => toBase64url(new TextEncoder().encode(canonicalJson(part))))
    .join('.');
}
