import {
  ACCESS_GRANT,
  emit,
  putState,
  requireState,
  stateExists,
  transactionTime,
} from '@salus/chaincode-common';
import type { Context } from 'fabric-contract-api';
import {
  accessGrant,
  consentWithdrawal,
  type GetGrantRequest,
  type Grant,
  type SignedGrant,
  type Withdrawn,
} from '../api.js';
import { grantKey, statementKey } from '../keys.js';
import { auditEntry, putAudit } from './audit.js';
import { grantStatement, putStatement, TOMBSTONE, verifyPatientStatement } from './statements.js';

const WITHDRAWAL = 'ConsentWithdrawal.v1';

/** The patient's signature decides; anybody may relay it. */
export async function grantAccess(ctx: Context, jws: string): Promise<Grant> {
  const statement = await verifyPatientStatement(ctx, jws, ACCESS_GRANT, accessGrant);
  const { jti: grantId, pseudonym, grantee } = statement;
  const { scope, purposes, notBefore, notAfter, maxUses } = statement;
  const grant: Grant = {
    ...{ grantId, pseudonym, grantee, scope, purposes, notBefore, notAfter },
    ...(maxUses !== undefined && { maxUses }),
    grantedAt: transactionTime(ctx),
  };
  await putState(ctx, grantKey(pseudonym, grantee.mspId, grantId), grant);
  await putStatement(ctx, pseudonym, grantId, { type: ACCESS_GRANT, jws, grantee: grantee.mspId });
  await putAudit(ctx, pseudonym, auditEntry(ctx, 'GRANTED', { grantId }));
  emit(ctx, 'AccessGranted.v1', { pseudonym, grantId, grantee: grantee.mspId });
  return grant;
}

export async function withdrawConsent(ctx: Context, jws: string): Promise<Withdrawn> {
  const statement = await verifyPatientStatement(ctx, jws, WITHDRAWAL, consentWithdrawal);
  const { pseudonym, grant: grantId, jti } = statement;
  const granted = await grantStatement(ctx, pseudonym, grantId);
  const withdrawnAt =
    granted === undefined
      ? await bury(ctx, pseudonym, grantId)
      : await endGrant(ctx, pseudonym, granted.grantee, grantId);
  await putStatement(ctx, pseudonym, jti, { type: WITHDRAWAL, jws });
  await putAudit(ctx, pseudonym, auditEntry(ctx, 'WITHDRAWN', { grantId }));
  emit(ctx, 'ConsentWithdrawn.v1', { pseudonym, grantId });
  return { pseudonym, grantId, withdrawnAt, granted: granted !== undefined };
}

export async function getGrant(
  ctx: Context,
  { pseudonym, grantId }: GetGrantRequest,
): Promise<SignedGrant> {
  const signed = await grantStatement(ctx, pseudonym, grantId);
  const key = grantKey(pseudonym, signed?.grantee ?? 'none', grantId);
  const grant = await requireState<Grant>(ctx, key, 'grant');
  return { ...grant, statement: signed?.jws ?? '' };
}

/** Keeps a grant out that is not there yet: its statement may travel on another way. */
async function bury(ctx: Context, pseudonym: string, grantId: string): Promise<string> {
  const withdrawnAt = transactionTime(ctx);
  // The ID may be another used statement's, which stays as evidence: a grant of that ID is refused by it.
  if (!(await stateExists(ctx, statementKey(pseudonym, grantId)))) {
    await putStatement(ctx, pseudonym, grantId, { type: TOMBSTONE });
  }
  return withdrawnAt;
}

/** The first withdrawal's time stays. */
async function endGrant(
  ctx: Context,
  pseudonym: string,
  mspId: string,
  grantId: string,
): Promise<string> {
  const key = grantKey(pseudonym, mspId, grantId);
  const grant = await requireState<Grant>(ctx, key, 'grant');
  const withdrawnAt = grant.withdrawnAt ?? transactionTime(ctx);
  await putState(ctx, key, { ...grant, withdrawnAt });
  return withdrawnAt;
}
