import type { Context } from 'fabric-contract-api';
import {
  caller,
  emit,
  putState,
  requireAbsent,
  requireKind,
  requireRole,
  transactionTime,
} from '@salus/chaincode-common';
import {
  PATIENT_REGISTRATION,
  patientRegistration,
  readStatement,
  SalusError,
  type PublicJwk,
  type UnverifiedStatement,
} from '@salus/protocol';
import type {
  AuditAction,
  AuditEntry,
  Patient,
  RegisterPatientRequest,
  Registered,
} from '@salus/protocol/ehr';
import { newPatient } from '../rules/patient-keys.js';
import { patientKey } from '../state/keys.js';
import { auditEntry, putAudit } from './audit.js';
import { useStatement, verifyHere } from './statements.js';

/** Possession of the key is proved by the statement; the hospital's proofing by its signature on the transaction. */
export async function registerPatient(
  ctx: Context,
  { registration }: RegisterPatientRequest,
): Promise<Registered> {
  const who = caller(ctx);
  await requireKind(ctx, who, 'hospital');
  requireRole(who, 'registrar');
  const read = readStatement(registration);
  const statement = verifyHere(ctx, read, {
    type: PATIENT_REGISTRATION,
    body: patientRegistration,
    jwk: keyIn(read),
  });
  const { pseudonym, kid, jti } = statement;
  await requireAbsent(ctx, patientKey(pseudonym), 'patient');
  const at = transactionTime(ctx);
  const patient = newPatient(statement, { registeredBy: who.mspId, at, jti });
  await useStatement(ctx, pseudonym, jti, { type: PATIENT_REGISTRATION, jws: registration });
  await putPatient(ctx, patient, {
    action: 'PATIENT_REGISTERED',
    event: 'PatientRegistered.v1',
    payload: { kid },
  });
  return { pseudonym, kid };
}

/** How a change of a patient is made known. */
export interface Change {
  readonly action: AuditAction;
  readonly event: `${string}.v${number}`;
  /** Of the event, beside the pseudonym. */
  readonly payload?: object;
  /** Of the audit trail's line. */
  readonly entry?: Pick<AuditEntry, 'kid' | 'delegateId'>;
}

/** Writes a patient, the line of the audit trail, and the event. */
export async function putPatient(
  ctx: Context,
  patient: Patient,
  { action, event, payload = {}, entry = {} }: Change,
): Promise<Patient> {
  const { pseudonym } = patient;
  await putState(ctx, patientKey(pseudonym), patient);
  await putAudit(ctx, pseudonym, { ...auditEntry(ctx, action), ...entry });
  emit(ctx, event, { pseudonym, ...payload });
  return patient;
}

/** A registration brings the key that it is signed with. */
function keyIn({ payload }: UnverifiedStatement): PublicJwk {
  const parsed = patientRegistration.shape.jwk.safeParse(payload['jwk']);
  if (parsed.success) return parsed.data;
  throw new SalusError('ERR_STATEMENT_INVALID', 'The statement is refused: it brings no key', {
    argument: 'registration',
    expected: 'a P-256 or Ed25519 public key as JWK',
  });
}
