import { verify } from 'node:crypto';
import { z } from 'zod';
import { canonicalJson } from './canonical-json.js';
import { SalusError } from './error.js';
import { algorithmOf, importJwk, jwkThumbprint, type PublicJwk } from './jwk.js';
import {
  MAX_STATEMENT_LENGTH,
  STATEMENT_TYP,
  statementInput,
  type StatementClaims,
  type StatementPayload,
} from './statement-input.js';

/** Seconds that a wallet's clock may be ahead of the transaction's. */
export const CLOCK_SKEW_SECONDS = 60;

const header = z.strictObject({
  alg: z.enum(['ES256', 'EdDSA']),
  kid: z.string(),
  typ: z.literal(STATEMENT_TYP),
});

const claims = z.looseObject({
  type: z.string().min(1),
  channel: z.string().min(1),
  contract: z.string().min(1),
  audience: z.string().min(1),
  kid: z.string().min(1),
  jti: z.uuid(),
  iat: z.int().positive(),
  exp: z.int().positive(),
});

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

/** Signs bytes: ECDSA with SHA-256 as r‖s (IEEE P1363), or Ed25519, after the key. */
export type StatementSigner = (data: Uint8Array) => Uint8Array | Promise<Uint8Array>;

/**
 * Signs a statement: a compact JWS (RFC 7515) over canonical JSON (RFC 8785).
 *
 * @example
 * const jws = await signStatement(
 *   { type: 'AccessGrant.v1', channel, contract: 'ehr', audience: 'ehr', jti: randomUUID(), iat, exp, ...grant },
 *   jwk, (data) => sign('sha256', data, { key, dsaEncoding: 'ieee-p1363' }));
 */
export async function signStatement(
  payload: StatementPayload,
  jwk: PublicJwk,
  sign: StatementSigner,
): Promise<string> {
  const input = statementInput(payload, { alg: algorithmOf(jwk), kid: jwkThumbprint(jwk) });
  const signature = await sign(Buffer.from(input, 'ascii'));
  return `${input}.${Buffer.from(signature).toString('base64url')}`;
}

/** A statement in its parts, checked for its form and not believed. */
export interface UnverifiedStatement {
  readonly head: z.output<typeof header>;
  readonly payload: z.output<typeof claims>;
  /** What the signature is over. */
  readonly input: string;
  readonly signature: Uint8Array;
}

/**
 * Reads a statement without believing it: to find out whose key is to verify it.
 *
 * @throws SalusError ERR_STATEMENT_INVALID
 */
export function readStatement(jws: string): UnverifiedStatement {
  demand(
    jws.length <= MAX_STATEMENT_LENGTH,
    `it is longer than ${MAX_STATEMENT_LENGTH} characters`,
  );
  const parts = jws.split('.');
  const [head = '', payload = '', signature = ''] = parts;
  demand(parts.length === 3, 'it is not a compact JWS');
  return {
    head: decode(header, head, 'header'),
    payload: decode(claims, payload, 'payload'),
    input: `${head}.${payload}`,
    signature: bytesOf(signature, 'signature'),
  };
}

/** What a statement says that was verified before, as one on the ledger was. */
export function verifiedClaims(jws: string): unknown {
  const [, payload = ''] = jws.split('.');
  return JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
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
  demand(head.kid === kid && payload.kid === kid, 'it names another key');
  demand(head.alg === algorithmOf(expected.jwk), 'its algorithm is not the one of the key');
  demand(signedBy(expected.jwk, input, signature), 'its signature is not by the key');
  for (const name of ['type', 'channel', 'contract', 'audience'] as const) {
    demand(payload[name] === expected[name], `it was made for another ${name}`);
  }
  checkTime(payload, expected.now);
  const { type, channel, contract, audience, kid: named, jti, iat, exp, ...rest } = payload;
  const parsed = body.safeParse(rest);
  if (!parsed.success) {
    const at = parsed.error.issues[0]?.path.map(String).join('.') ?? '';
    throw invalid(`its body does not have the form of ${type}${at === '' ? '' : ` at ${at}`}`);
  }
  const common = { type, channel, contract, audience, kid: named, jti, iat, exp };
  return { ...(parsed.data as object), ...common } as StatementClaims & z.output<S>;
}

function checkTime({ iat, exp }: StatementClaims, now: number): void {
  demand(exp > iat, 'it expires before it is issued');
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

function decode<S extends z.ZodType>(schema: S, part: string, what: string): z.output<S> {
  const text = bytesOf(part, what).toString('utf8');
  let value: unknown;
  try {
    value = JSON.parse(text) as unknown;
    // Canonical form leaves one text for each statement: no doubled members, no second spelling.
    demand(canonicalJson(value) === text, `its ${what} is not canonical JSON`);
  } catch (error) {
    throw error instanceof SalusError ? error : invalid(`its ${what} is not JSON`);
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw invalid(
    `its ${what} is wrong at ${parsed.error.issues[0]?.path.map(String).join('.') ?? ''}`,
  );
}

/** One text for the bytes: the last digit's spare bits are zeros. */
function bytesOf(part: string, what: string): Buffer {
  const bytes = Buffer.from(part, 'base64url');
  demand(bytes.toString('base64url') === part, `its ${what} is not base64url`);
  return bytes;
}

function demand(holds: boolean, otherwise: string): void {
  if (!holds) throw invalid(otherwise);
}

function invalid(why: string): SalusError {
  return new SalusError('ERR_STATEMENT_INVALID', `The statement is refused: ${why}`, {
    argument: 'statement',
    expected: 'a compact JWS over canonical JSON, made for this use',
  });
}
