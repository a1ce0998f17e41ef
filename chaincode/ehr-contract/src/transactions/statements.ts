import {
  EHR_STATEMENT_USE,
  getState,
  putState,
  readStatement,
  requireState,
  SalusError,
  transactionMillis,
  verifyStatement,
  type PublicJwk,
  type StatementClaims,
} from '@salus/chaincode-common';
import type { Context } from 'fabric-contract-api';
import type { z } from 'zod';
import type { Patient } from '../api.js';
import { patientKey, statementKey } from '../keys.js';
import { requireActiveKey } from '../rules/registration.js';

/** Stands in the place of a grant that was withdrawn before it came. */
export const TOMBSTONE = 'Tombstone';

/** What the ledger keeps of a statement that was used. */
export interface UsedStatement {
  readonly type: string;
  /** Missing in a tombstone: the statement has not been seen. */
  readonly jws?: string;
  /** Of a grant: the grantee's MSP ID, which is part of the grant's key. */
  readonly grantee?: string;
}

/** Verifies a statement by a key, for this contract on this channel. */
export function verifyHere<S extends z.ZodType>(
  ctx: Context,
  jws: string,
  statement: { readonly type: string; readonly body: S; readonly jwk: PublicJwk },
): StatementClaims & z.output<S> {
  return verifyStatement(jws, statement.body, {
    ...EHR_STATEMENT_USE,
    type: statement.type,
    channel: ctx.stub.getChannelID(),
    jwk: statement.jwk,
    now: transactionMillis(ctx),
  });
}

/**
 * Verifies a statement by the key of the patient whom it names, and that it wasn't used before. One
 * read tells a used statement and a grant that was withdrawn before it came.
 *
 * @throws SalusError ERR_STATEMENT_INVALID, ERR_STATEMENT_EXPIRED, ERR_STATEMENT_REPLAYED,
 *   ERR_CONFLICT, ERR_NOT_FOUND
 */
export async function verifyPatientStatement<S extends z.ZodType<{ pseudonym: string }>>(
  ctx: Context,
  jws: string,
  type: string,
  body: S,
): Promise<StatementClaims & z.output<S>> {
  const { pseudonym } = readStatement(jws);
  if (typeof pseudonym !== 'string' || !/^[A-Za-z0-9_-]{1,128}$/.test(pseudonym)) {
    throw new SalusError(
      'ERR_STATEMENT_INVALID',
      'The statement is refused: it names no pseudonym',
      { argument: 'statement', expected: 'a pseudonym' },
    );
  }
  const patient = await requireState<Patient>(ctx, patientKey(pseudonym), 'patient');
  requireActiveKey(patient);
  const statement = verifyHere(ctx, jws, { type, body, jwk: patient.key.jwk });
  const used = await getState<UsedStatement>(ctx, statementKey(pseudonym, statement.jti));
  if (used?.type === TOMBSTONE) {
    throw new SalusError('ERR_CONFLICT', 'The grant was withdrawn before it came', {
      argument: 'statement',
      expected: 'a grant that is not withdrawn',
      got: 'a withdrawn one',
    });
  }
  if (used !== undefined) {
    throw new SalusError('ERR_STATEMENT_REPLAYED', 'The statement was used before', {
      argument: 'statement',
      expected: 'a statement that was not used',
    });
  }
  return statement;
}

/** Uses a statement up. */
export async function putStatement(
  ctx: Context,
  pseudonym: string,
  jti: string,
  used: UsedStatement,
): Promise<void> {
  await putState(ctx, statementKey(pseudonym, jti), used);
}

/** The grant statement of an ID, if one was used. */
export async function grantStatement(
  ctx: Context,
  pseudonym: string,
  grantId: string,
): Promise<(UsedStatement & { readonly grantee: string }) | undefined> {
  const used = await getState<UsedStatement>(ctx, statementKey(pseudonym, grantId));
  return used?.grantee === undefined ? undefined : { ...used, grantee: used.grantee };
}
