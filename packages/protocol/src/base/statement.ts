import { z } from 'zod';
import { canonicalJson } from './canonical-json.js';
import { SalusError } from './error.js';
import { algorithmOf, jwkThumbprint, type PublicJwk } from './jwk.js';
import {
  MAX_STATEMENT_LENGTH,
  STATEMENT_TYP,
  statementInput,
  type StatementPayload,
} from './statement-input.js';

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
  demandOfStatement(
    jws.length <= MAX_STATEMENT_LENGTH,
    `it is longer than ${MAX_STATEMENT_LENGTH} characters`,
  );
  const parts = jws.split('.');
  const [head = '', payload = '', signature = ''] = parts;
  demandOfStatement(parts.length === 3, 'it is not a compact JWS');
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

function decode<S extends z.ZodType>(schema: S, part: string, what: string): z.output<S> {
  const text = bytesOf(part, what).toString('utf8');
  let value: unknown;
  try {
    value = JSON.parse(text) as unknown;
    // Canonical form leaves one text for each statement: no doubled members, no second spelling.
    demandOfStatement(canonicalJson(value) === text, `its ${what} is not canonical JSON`);
  } catch (error) {
    throw error instanceof SalusError ? error : invalidStatement(`its ${what} is not JSON`);
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw invalidStatement(
    `its ${what} is wrong at ${parsed.error.issues[0]?.path.map(String).join('.') ?? ''}`,
  );
}

/** One text for the bytes: the last digit's spare bits are zeros. */
function bytesOf(part: string, what: string): Buffer {
  const bytes = Buffer.from(part, 'base64url');
  demandOfStatement(bytes.toString('base64url') === part, `its ${what} is not base64url`);
  return bytes;
}

/** Refuses a statement that lacks what is demanded. @throws SalusError ERR_STATEMENT_INVALID */
export function demandOfStatement(holds: boolean, otherwise: string): void {
  if (!holds) throw invalidStatement(otherwise);
}

/** The error of a statement that is not believed. */
export function invalidStatement(why: string): SalusError {
  return new SalusError('ERR_STATEMENT_INVALID', `The statement is refused: ${why}`, {
    argument: 'statement',
    expected: 'a compact JWS over canonical JSON, made for this use',
  });
}
