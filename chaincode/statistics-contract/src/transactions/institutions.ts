import type { Context } from 'fabric-contract-api';
import {
  caller,
  emit,
  getState,
  putState,
  requireAbsent,
  requireRole,
  requireState,
  transactionTime,
} from '@salus/chaincode-common';
import type {
  Institution,
  InstitutionRequest,
  RegisterInstitutionRequest,
} from '@salus/protocol/statistics';
import { approve, requireApproved } from '../rules/institution.js';
import { institutionKey } from '../state/keys.js';
import type { Analyst } from './analyst.js';

/** An organisation's committee officer tells of one of its institutions. */
export async function registerInstitution(
  ctx: Context,
  { institution, name }: RegisterInstitutionRequest,
): Promise<Institution> {
  const who = caller(ctx);
  requireRole(who, 'committee');
  const { mspId } = who;
  await requireAbsent(ctx, institutionKey(mspId, institution), 'institution');
  const registered: Institution = {
    mspId,
    institution,
    name,
    status: 'PENDING',
    registeredAt: transactionTime(ctx),
  };
  await putState(ctx, institutionKey(mspId, institution), registered);
  emit(ctx, 'InstitutionRegistered.v1', { mspId, institution });
  return registered;
}

/** A committee officer of another organisation vouches for it. */
export async function approveInstitution(
  ctx: Context,
  request: InstitutionRequest,
): Promise<Institution> {
  const who = caller(ctx);
  requireRole(who, 'committee');
  const approved = approve(await getInstitution(ctx, request), who.mspId, transactionTime(ctx));
  const { mspId, institution } = approved;
  await putState(ctx, institutionKey(mspId, institution), approved);
  emit(ctx, 'InstitutionApproved.v1', { mspId, institution, by: who.mspId });
  return approved;
}

export async function getInstitution(
  ctx: Context,
  { mspId, institution }: InstitutionRequest,
): Promise<Institution> {
  return await requireState<Institution>(ctx, institutionKey(mspId, institution), 'institution');
}

/** @throws SalusError ERR_FORBIDDEN unless the analyst's institution is on the ledger, and approved */
export async function requireInstitution(
  ctx: Context,
  { mspId, institution }: Analyst,
): Promise<Institution> {
  return requireApproved(await getState<Institution>(ctx, institutionKey(mspId, institution)));
}
