import type { Context } from 'fabric-contract-api';
import { transactionTime } from '@salus/chaincode-common';
import {
  DELEGATION,
  DELEGATION_END,
  delegation,
  delegationEnd,
  readStatement,
} from '@salus/protocol';
import type { Patient, PatientStatementRequest } from '@salus/protocol/ehr';
import { requireDelegate, withDelegate, withDelegateEnded } from '../rules/delegates.js';
import { putPatient } from './patients.js';
import { useStatement, verifyPatientStatement } from './statements.js';

/** The patient lets somebody else act, within a scope, a time and a condition. */
export async function addDelegate(
  ctx: Context,
  { statement }: PatientStatementRequest,
): Promise<Patient> {
  const { claims, patient } = await verifyPatientStatement(ctx, statement, {
    type: DELEGATION,
    body: delegation,
    deed: () => ({ action: 'keys' }),
  });
  const { pseudonym, jti: delegateId, kid: by } = claims;
  const changed = withDelegate(patient, delegateId, claims, { by, at: transactionTime(ctx) });
  await useStatement(ctx, pseudonym, delegateId, { type: DELEGATION, jws: statement });
  return putPatient(ctx, changed, {
    action: 'DELEGATED',
    event: 'DelegateAdded.v1',
    payload: { delegateId },
    entry: { delegateId },
  });
}

/** By the patient, or by the delegate who resigns. */
export async function endDelegate(
  ctx: Context,
  { statement }: PatientStatementRequest,
): Promise<Patient> {
  const { kid } = readStatement(statement).head;
  const { claims, patient } = await verifyPatientStatement(ctx, statement, {
    type: DELEGATION_END,
    body: delegationEnd,
    deed: ({ delegate }, of) =>
      requireDelegate(of, delegate).kid === kid
        ? { action: 'resign', delegateId: delegate }
        : { action: 'keys' },
  });
  const { pseudonym, jti, delegate: delegateId } = claims;
  const changed = withDelegateEnded(patient, delegateId, transactionTime(ctx));
  await useStatement(ctx, pseudonym, jti, { type: DELEGATION_END, jws: statement });
  return putPatient(ctx, changed, {
    action: 'DELEGATION_ENDED',
    event: 'DelegateEnded.v1',
    payload: { delegateId },
    entry: { delegateId },
  });
}
