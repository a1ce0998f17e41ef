import type { Context } from 'fabric-contract-api';
import type { z } from 'zod';
import {
  putState,
  requireState,
  stateExists,
  transactionMillis,
  transactionTime,
} from '@salus/chaincode-common';
import { verifyStatement } from '@salus/crypto/statement';
import {
  EHR_STATEMENT_USE,
  pseudonym,
  readStatement,
  SalusError,
  type PublicJwk,
  type StatementClaims,
  type UnverifiedStatement,
} from '@salus/protocol';
import type { GetStatementRequest, KeptStatement, Patient } from '@salus/protocol/ehr';
import { settled } from '../rules/endings.js';
import { knownJwk, signerOf, type Deed, type Signer } from '../rules/signer.js';
import { patientKey, statementKey } from '../state/keys.js';

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

/** What a statement of a patient has to be. */
export interface PatientStatement<S extends z.ZodType<{ pseudonym: string }>> {
  readonly type: string;
  readonly body: S;
  /** What it does, which says who may sign it; asked for once the signature is verified. */
  readonly deed: (claims: StatementClaims & z.output<S>, patient: Patient) => Deed | Promise<Deed>;
}

export interface VerifiedStatement<S extends z.ZodType> {
  readonly claims: StatementClaims & z.output<S>;
  /** Whom it is about, as before the transaction. */
  readonly patient: Patient;
  readonly signer: Signer;
}

/**
 * Verifies a statement by a key of the patient whom it names, or of a delegate; whether it was used
 * before is for the caller.
 *
 * @throws SalusError ERR_STATEMENT_INVALID, ERR_STATEMENT_EXPIRED, ERR_NOT_FOUND
 */
export async function verifyPatientStatement<S extends z.ZodType<{ pseudonym: string }>>(
  ctx: Context,
  jws: string,
  expected: PatientStatement<S>,
): Promise<VerifiedStatement<S>> {
  const statement = readStatement(jws);
  const patient = await requirePatient(ctx, subjectOf(statement));
  return verifyStatementOf(ctx, patient, statement, expected);
}

/** As {@link verifyPatientStatement}, of a patient who was read before. */
export async function verifyStatementOf<S extends z.ZodType<{ pseudonym: string }>>(
  ctx: Context,
  patient: Patient,
  statement: UnverifiedStatement,
  { type, body, deed }: PatientStatement<S>,
): Promise<VerifiedStatement<S>> {
  const { kid } = statement.head;
  const claims = verifyHere(ctx, statement, { type, body, jwk: knownJwk(patient, kid) });
  const signer = signerOf(patient, kid, transactionTime(ctx), await deed(claims, patient));
  return { claims, patient, signer };
}

/** A patient as of the transaction's time. */
export async function requirePatient(ctx: Context, of: string): Promise<Patient> {
  const kept = await requireState<Patient>(ctx, patientKey(of), 'patient');
  return settled(kept, transactionTime(ctx));
}

/** The pseudonym that a statement names, before it is verified. */
export function subjectOf({ payload }: UnverifiedStatement): string {
  const parsed = pseudonym.safeParse(payload['pseudonym']);
  if (parsed.success) return parsed.data;
  throw new SalusError('ERR_STATEMENT_INVALID', 'The statement is refused: it names no pseudonym', {
    argument: 'statement',
    expected: 'a pseudonym',
  });
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
  of: string,
  jti: string,
  used: UsedStatement,
): Promise<void> {
  await requireUnused(ctx, of, jti);
  await putUsed(ctx, of, jti, used);
}

/** @throws SalusError ERR_STATEMENT_REPLAYED */
export async function requireUnused(ctx: Context, of: string, jti: string): Promise<void> {
  if (await stateExists(ctx, statementKey(of, jti))) throw replayed();
}

/** Writes down that a statement is used, which was found not to be. */
export async function putUsed(
  ctx: Context,
  of: string,
  jti: string,
  used: UsedStatement,
): Promise<void> {
  await putState(ctx, statementKey(of, jti), used);
}

/** A statement that was used, other than a grant: what brought a key, a delegate or guardians. */
export async function getStatement(
  ctx: Context,
  { pseudonym: of, jti }: GetStatementRequest,
): Promise<KeptStatement> {
  const { type, jws } = await requireState<UsedStatement>(ctx, statementKey(of, jti), 'statement');
  return { type, statement: jws };
}
