import type { Context } from 'fabric-contract-api';
import { transactionTime } from '@salus/chaincode-common';
import {
  jwkThumbprint,
  KEY_ADDITION,
  KEY_END,
  KEY_POSSESSION,
  keyAddition,
  keyEnd,
  keyPossession,
  readStatement,
  SalusError,
  type NewKey,
} from '@salus/protocol';
import type { AddKeyRequest, Patient, PatientStatementRequest } from '@salus/protocol/ehr';
import { isClosedBy } from '../rules/endings.js';
import { withKey, withKeyEnded } from '../rules/patient-keys.js';
import type { SignedAction } from '../rules/signer.js';
import { putPatient } from './patients.js';
import { useStatement, verifyHere, verifyPatientStatement } from './statements.js';

/** A key of the patient adds another, which signs too. */
export async function addKey(
  ctx: Context,
  { addition, possession }: AddKeyRequest,
): Promise<Patient> {
  const { claims, patient } = await verifyPatientStatement(ctx, addition, {
    type: KEY_ADDITION,
    body: keyAddition,
    deed: () => ({ action: 'keys' }),
  });
  const { pseudonym, key, kid: by, jti } = claims;
  requirePossession(ctx, possession, { pseudonym, key, by });
  const changed = withKey(patient, key, { by, proof: [jti], at: transactionTime(ctx) });
  await useStatement(ctx, pseudonym, jti, { type: KEY_ADDITION, jws: addition });
  const kid = jwkThumbprint(key.jwk);
  return putPatient(ctx, changed, {
    action: 'KEY_ADDED',
    event: 'KeyAdded.v1',
    payload: { kid },
    entry: { kid },
  });
}

/** Ends a key, by another one or by itself; or contradicts the one that has closed it. */
export async function endKey(
  ctx: Context,
  { statement }: PatientStatementRequest,
): Promise<Patient> {
  const { claims, patient } = await verifyPatientStatement(ctx, statement, {
    type: KEY_END,
    body: keyEnd,
    deed: ({ key, kid }, of) => ({ action: actOf(of, key, kid) }),
  });
  const { pseudonym, key, kid: by, jti, status } = claims;
  const changed = withKeyEnded(patient, claims, { by, at: transactionTime(ctx) });
  await useStatement(ctx, pseudonym, jti, { type: KEY_END, jws: statement });
  return putPatient(ctx, changed, {
    action: 'KEY_ENDED',
    event: 'KeyEnded.v1',
    payload: { kid: key, status },
    entry: { kid: key },
  });
}

function actOf(patient: Patient, key: string, by: string): SignedAction {
  if (key === by) return 'self';
  return isClosedBy(patient, by, key) ? 'contradict' : 'keys';
}

/**
 * Demands that a new key's holder signed under whom it comes, and with which HPKE key.
 *
 * @param by - `kid` of the key that adds it; undefined where guardians do
 * @throws SalusError ERR_STATEMENT_INVALID, ERR_STATEMENT_EXPIRED
 */
export function requirePossession(
  ctx: Context,
  possession: string,
  expected: { readonly pseudonym: string; readonly key: NewKey; readonly by: string | undefined },
): void {
  const { pseudonym, key, by } = expected;
  const said = verifyHere(ctx, readStatement(possession), {
    type: KEY_POSSESSION,
    body: keyPossession,
    jwk: key.jwk,
  });
  const same =
    said.pseudonym === pseudonym && said.hpkePublicKey === key.hpkePublicKey && said.addedBy === by;
  if (same) return;
  throw new SalusError(
    'ERR_STATEMENT_INVALID',
    'The statement is refused: the new key was made for another patient or under another key',
    { argument: 'possession', expected: 'a statement by the new key on this addition' },
  );
}
