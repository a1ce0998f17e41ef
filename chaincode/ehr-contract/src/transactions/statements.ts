import {
  EHR_STATEMENT_USE,
  putState,
  readStatement,
  requireState,
  SalusError,
  stateExists,
  transactionMillis,
  verifyStatement,
  type PublicJwk,
  type StatementClaims,
  type UnverifiedStatement,
} from '@salus/chaincode-common';
import type { Context } from 'fabric-contract-api';
import type { z } from 'zod';
import type { Patient } from '../api.js';
import { patientKey, statementKey } from '../keys.js';
import { requireActiveKey } from '../rules/registration.js';

/** What the ledger keeps of a statement that was used, other than a grant. */
interface UsedStatement {
  readonly type: string;
  readonly jws: string;
}

/** Verifies a statement by a key, for this contract on this channel. */
export function verifyHere<S extends z.ZodType>(
  ctx: Context,
  statement: UnverifiedStatement,
  { type, body, jwk }: { readonly type: string; readonly body: S; readonly jwk: PublicJwk },
): StatementClaims & z.output<S> {
  return verifyStatement(statement, body, {
    ...EHR_STATEMENT_USE,
    type,
    channel: ctx.stub.getChannelID(),
    jwk,
    now: transactionMillis(ctx),
  });
}

/**
 * Verifies a statement by the key of the patient whom it names; whether it was used before is for
 * the caller.
 *
 * @throws SalusError ERR_STATEMENT_INVALID, ERR_STATEMENT_EXPIRED, ERR_CONFLICT, ERR_NOT_FOUND
 */
export async function verifyPatientStatement<S extends z.ZodType<{ pseudonym: string }>>(
  ctx: Context,
  jws: string,
  type: string,
  body: S,
): Promise<StatementClaims & z.output<S>> {
  const statement = readStatement(jws);
  const { pseudonym } = statement.payload;
  if (typeof pseudonym !== 'string' || !/^[A-Za-z0-9_-]{1,128}$/.test(pseudonym)) {
    throw new SalusError(
      'ERR_STATEMENT_INVALID',
      'The statement is refused: it names no pseudonym',
      { argument: 'statement', expected: 'a pseudonym' },
    );
  }
  const patient = await requireState<Patient>(ctx, patientKey(pseudonym), 'patient');
  requireActiveKey(patient);
  return verifyHere(ctx, statement, { type, body, jwk: patient.key.jwk });
}

/** What a statement meets that was used before. */
export function replayed(): SalusError {
  return new SalusError('ERR_STATEMENT_REPLAYED', 'The statement was used before', {
    argument: 'statement',
    expected: 'a statement that was not used',
  });
}

/**
 * Uses a statement up.
 *
 * @throws SalusError ERR_STATEMENT_REPLAYED
 */
export async function useStatement(
  ctx: Context,
  pseudonym: string,
  jti: string,
  used: UsedStatement,
): Promise<void> {
  const key = statementKey(pseudonym, jti);
  if (await stateExists(ctx, key)) throw replayed();
  await putState(ctx, key, used);
}
