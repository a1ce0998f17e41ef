import { verify } from 'node:crypto';
import type { z } from 'zod';
import {
  algorithmOf,
  demandOfStatement,
  invalidStatement,
  jwkThumbprint,
  readStatement,
  SalusError,
  type PublicJwk,
  type StatementClaims,
  type UnverifiedStatement,
} from '@salus/protocol';
import { importJwk } from './import-jwk.js';

/** Seconds that a wallet's clock may be ahead of the transaction's. */
export const CLOCK_SKEW_SECONDS = 60;

/** What a verifier expects a statement to be made for. */
export interface StatementExpectation {
  readonly type: string;
  readonly channel: string;
  readonly contract: string;
  readonly audience: string;
  /** The signer's public key. */
  readonly jwk: PublicJwk;
  /** The time of judgement in milliseconds: the transaction's in a contract. */
  readonly now: number;
}

/**
 * Verifies a statement: form, signature by the expected key, and that it was made for this type,
 * channel, contract and audience and is valid now. The same on every peer.
 *
 * @param statement a compact JWS, or what {@link readStatement} made of it
 * @returns the claims, with the body checked against its schema
 * @throws SalusError ERR_STATEMENT_INVALID, ERR_STATEMENT_EXPIRED, ERR_KEY_INVALID
 */
export function verifyStatement<S extends z.ZodType>(
  statement: string | UnverifiedStatement,
  body: S,
  expected: StatementExpectation,
): StatementClaims & z.output<S> {
  const read = typeof statement === 'string' ? readStatement(statement) : statement;
  const { head, payload, input, signature } = read;
  const kid = jwkThumbprint(expected.jwk);
  demandOfStatement(head.kid === kid && payload.kid === kid, 'it names another key');
  demandOfStatement(
    head.alg === algorithmOf(expected.jwk),
    'its algorithm is not the one of the key',
  );
  demandOfStatement(signedBy(expected.jwk, input, signature), 'its signature is not by the key');
  for (const name of ['type', 'channel', 'contract', 'audience'] as const) {
    demandOfStatement(payload[name] === expected[name], `it was made for another ${name}`);
  }
  checkTime(payload, expected.now);
  const { type, channel, contract, audience, kid: named, jti, iat, exp, ...rest } = payload;
  const parsed = body.safeParse(rest);
  if (!parsed.success) {
    const at = parsed.error.issues[0]?.path.map(String).join('.') ?? '';
    throw invalidStatement(
      `its body does not have the form of ${type}${at === '' ? '' : ` at ${at}`}`,
    );
  }
  const common = { type, channel, contract, audience, kid: named, jti, iat, exp };
  return { ...(parsed.data as object), ...common } as StatementClaims & z.output<S>;
}

function checkTime({ iat, exp }: StatementClaims, now: number): void {
  demandOfStatement(exp > iat, 'it expires before it is issued');
  const seconds = now / 1000;
  if (seconds >= exp) throw new SalusError('ERR_STATEMENT_EXPIRED', 'The statement has expired');
  if (seconds + CLOCK_SKEW_SECONDS < iat) {
    throw new SalusError('ERR_STATEMENT_EXPIRED', 'The statement is issued in the future');
  }
}

function signedBy(jwk: PublicJwk, input: string, signature: Uint8Array): boolean {
  const data = Buffer.from(input, 'ascii');
  const key = importJwk(jwk);
  // RFC 7518 section 3.4 and RFC 8037 section 3.1: both signatures have 64 bytes.
  if (signature.length !== 64) return false;
  return jwk.kty === 'EC'
    ? verify('sha256', data, { key, dsaEncoding: 'ieee-p1363' }, signature)
    : verify(null, data, key, signature);
}
