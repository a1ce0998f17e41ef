import {
  caller,
  emit,
  putState,
  readStatement,
  requireAbsent,
  requireMsp,
  requireRole,
  requireState,
  SalusError,
  transactionTime,
  type UnverifiedStatement,
} from '@salus/chaincode-common';
import type { Context } from 'fabric-contract-api';
import { patientRegistration, type Patient, type Registered } from '../api.js';
import { patientKey } from '../keys.js';
import { HOSPITALS } from '../organisations.js';
import { auditEntry, putAudit } from './audit.js';
import { useStatement, verifyHere } from './statements.js';

const TYPE = 'PatientRegistration.v1';

/** Possession of the key is proved by the statement; the hospital's proofing by its signature on the transaction. */
export async function registerPatient(ctx: Context, registration: string): Promise<Registered> {
  const who = caller(ctx);
  requireMsp(who, ...HOSPITALS);
  requireRole(who, 'registrar');
  const read = readStatement(registration);
  const statement = verifyHere(ctx, read, {
    type: TYPE,
    body: patientRegistration,
    jwk: keyIn(read),
  });
  const { pseudonym, jwk, hpkePublicKey, kid, jti } = statement;
  await requireAbsent(ctx, patientKey(pseudonym), 'patient');
  const patient: Patient = {
    pseudonym,
    key: { kid, jwk, hpkePublicKey, status: 'ACTIVE' },
    registeredBy: who.mspId,
    registeredAt: transactionTime(ctx),
  };
  await putState(ctx, patientKey(pseudonym), patient);
  await useStatement(ctx, pseudonym, jti, { type: TYPE, jws: registration });
  await putAudit(ctx, pseudonym, auditEntry(ctx, 'PATIENT_REGISTERED'));
  emit(ctx, 'PatientRegistered.v1', { pseudonym, kid });
  return { pseudonym, kid };
}

export function getPatient(ctx: Context, pseudonym: string): Promise<Patient> {
  return requireState<Patient>(ctx, patientKey(pseudonym), 'patient');
}

/** A registration brings the key that it is signed with. */
function keyIn({ payload }: UnverifiedStatement) {
  const parsed = patientRegistration.shape.jwk.safeParse(payload['jwk']);
  if (parsed.success) return parsed.data;
  throw new SalusError('ERR_STATEMENT_INVALID', 'The statement is refused: it brings no key', {
    argument: 'registration',
    expected: 'a P-256 or Ed25519 public key as JWK',
  });
}
