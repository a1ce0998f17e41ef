import type { Context } from 'fabric-contract-api';
import { caller, requireKind, requireRole, transactionTime } from '@salus/chaincode-common';
import type { Patient, StatusRequest } from '@salus/protocol/ehr';
import { withStatusConfirmed, withStatusProposal } from '../rules/status.js';
import { putPatient } from './patients.js';
import { requirePatient } from './statements.js';

/** A registrar of one organisation says that a patient died, can't consent, or that neither is so. */
export async function proposeStatus(
  ctx: Context,
  { pseudonym, ...request }: StatusRequest,
): Promise<Patient> {
  const by = await registrarsOrganisation(ctx);
  const patient = await requirePatient(ctx, pseudonym);
  const changed = withStatusProposal(patient, request, { by, at: transactionTime(ctx) });
  const { status } = request;
  return putPatient(ctx, changed, {
    action: 'STATUS_PROPOSED',
    event: 'PatientStatusProposed.v1',
    payload: { status },
  });
}

/** A registrar of another organisation confirms it. */
export async function confirmStatus(
  ctx: Context,
  { pseudonym, ...request }: StatusRequest,
): Promise<Patient> {
  const by = await registrarsOrganisation(ctx);
  const changed = withStatusConfirmed(await requirePatient(ctx, pseudonym), request, by);
  const { status } = request;
  return putPatient(ctx, changed, {
    action: 'STATUS_CONFIRMED',
    event: 'PatientStatusConfirmed.v1',
    payload: { status },
  });
}

async function registrarsOrganisation(ctx: Context): Promise<string> {
  const who = caller(ctx);
  await requireKind(ctx, who, 'hospital');
  requireRole(who, 'registrar');
  return who.mspId;
}
