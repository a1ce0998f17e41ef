import { MAX_STATEMENT_LENGTH, SalusError, statementInput, toBase64url } from '@salus/protocol';
import { utf8 } from './bytes.js';
import { algorithmOfKey, signBytes, type SigningKey } from './signing-key.js';

/** Statements have to reach the ledger within this time. */
export const STATEMENT_SECONDS = 600;

/** What a statement is made for. */
export interface StatementUse {
  readonly type: string;
  readonly channel: string;
  readonly contract: string;
  readonly audience: string;
  /** Its ID; a fresh one unless given. */
  readonly jti?: string;
  readonly lifetimeSeconds?: number;
}

/**
 * Signs a statement: a compact JWS (RFC 7515) over canonical JSON (RFC 8785), which the contract's
 * `verifyStatement` takes.
 *
 * @param now - milliseconds since 1970
 * @throws SalusError `ERR_TOO_LARGE` for a body that no contract would read
 */
export async function signPortably(
  key: SigningKey,
  { jti = crypto.randomUUID(), lifetimeSeconds = STATEMENT_SECONDS, ...use }: StatementUse,
  body: Readonly<Record<string, unknown>>,
  now = Date.now(),
): Promise<string> {
  const iat = Math.floor(now / 1000);
  const payload = { ...body, ...use, jti, iat, exp: iat + lifetimeSeconds };
  const input = statementInput(payload, { alg: algorithmOfKey(key.jwk), kid: key.kid });
  const statement = `${input}.${toBase64url(await signBytes(key, utf8(input)))}`;
  if (statement.length <= MAX_STATEMENT_LENGTH) return statement;
  throw new SalusError('ERR_TOO_LARGE', 'The statement is longer than a contract reads', {
    argument: 'statement',
    expected: `at most ${MAX_STATEMENT_LENGTH} characters`,
    got: `${statement.length} characters`,
  });
}
