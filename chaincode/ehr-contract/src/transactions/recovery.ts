import type { Context } from 'fabric-contract-api';
import { transactionTime } from '@salus/chaincode-common';
import {
  GUARDIANS,
  guardians,
  jwkThumbprint,
  readStatement,
  RECOVERY_APPROVAL,
  RECOVERY_VETO,
  recoveryApproval,
  recoveryVeto,
  SalusError,
} from '@salus/protocol';
import type {
  CompleteRecoveryRequest,
  Patient,
  PatientStatementRequest,
  RequestRecoveryRequest,
} from '@salus/protocol/ehr';
import { isUnheard } from '../rules/endings.js';
import {
  guardianJwk,
  recovered,
  withGuardians,
  withRecovery,
  withVeto,
  type Approval,
} from '../rules/recovery.js';
import { requirePossession } from './patient-keys.js';
import { putPatient } from './patients.js';
import { requirePatient, useStatement, verifyHere, verifyPatientStatement } from './statements.js';

/** Names those who can recover the patient. */
export async function setGuardians(
  ctx: Context,
  { statement }: PatientStatementRequest,
): Promise<Patient> {
  const { claims, patient } = await verifyPatientStatement(ctx, statement, {
    type: GUARDIANS,
    body: guardians,
    deed: () => ({ action: 'keys' }),
  });
  const { pseudonym, jti, kid: by } = claims;
  const changed = withGuardians(patient, claims, { by, jti, at: transactionTime(ctx) });
  await useStatement(ctx, pseudonym, jti, { type: GUARDIANS, jws: statement });
  return putPatient(ctx, changed, { action: 'GUARDIANS_SET', event: 'GuardiansSet.v1' });
}

/** Anybody may bring the guardians' approvals. */
export async function requestRecovery(
  ctx: Context,
  { pseudonym, approvals, possession }: RequestRecoveryRequest,
): Promise<Patient> {
  const patient = await requirePatient(ctx, pseudonym);
  const verified: Approval[] = [];
  for (const approval of approvals) verified.push(await useApproval(ctx, patient, approval));
  const changed = withRecovery(patient, verified, transactionTime(ctx));
  const { key, effectiveAt } = changed.recovery;
  requirePossession(ctx, possession, { pseudonym, key, by: undefined });
  const kid = jwkThumbprint(key.jwk);
  return putPatient(ctx, changed, {
    action: 'RECOVERY_REQUESTED',
    event: 'RecoveryRequested.v1',
    payload: { kid, effectiveAt },
    entry: { kid },
  });
}

/**
 * By any key that is still active: whoever has one needs no recovery, or is being robbed. Of guardians that are
 * new, also by a key that another one has closed meanwhile.
 */
export async function vetoRecovery(
  ctx: Context,
  { statement }: PatientStatementRequest,
): Promise<Patient> {
  const { claims, patient } = await verifyPatientStatement(ctx, statement, {
    type: RECOVERY_VETO,
    body: recoveryVeto,
    deed: ({ kid }, of) => ({ action: isUnheard(of, kid) ? 'contradict' : 'self' }),
  });
  const { pseudonym, jti } = claims;
  const changed = withVeto(patient);
  await useStatement(ctx, pseudonym, jti, { type: RECOVERY_VETO, jws: statement });
  return putPatient(ctx, changed, { action: 'RECOVERY_VETOED', event: 'RecoveryVetoed.v1' });
}

/** Once the delay has passed, anybody may complete what the guardians approved. */
export async function completeRecovery(
  ctx: Context,
  { pseudonym }: CompleteRecoveryRequest,
): Promise<Patient> {
  const patient = await requirePatient(ctx, pseudonym);
  const changed = recovered(patient, transactionTime(ctx));
  const kid = changed.keys.at(-1)?.kid ?? '';
  return putPatient(ctx, changed, {
    action: 'RECOVERED',
    event: 'PatientRecovered.v1',
    payload: { kid },
    entry: { kid },
  });
}

async function useApproval(ctx: Context, patient: Patient, jws: string): Promise<Approval> {
  const read = readStatement(jws);
  const claims = verifyHere(ctx, read, {
    type: RECOVERY_APPROVAL,
    body: recoveryApproval,
    jwk: guardianJwk(patient, read.head.kid),
  });
  const { pseudonym, kid, key, olderKeys, lostSince, jti } = claims;
  if (pseudonym !== patient.pseudonym) {
    throw new SalusError(
      'ERR_STATEMENT_INVALID',
      'The statement is refused: it is about another patient',
      { argument: 'approvals', expected: 'approvals for this patient' },
    );
  }
  await useStatement(ctx, pseudonym, jti, { type: RECOVERY_APPROVAL, jws });
  return { kid, jti, key, olderKeys, lostSince };
}
