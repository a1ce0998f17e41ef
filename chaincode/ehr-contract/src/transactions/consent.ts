import {
  emit,
  getState,
  listState,
  notFound,
  putState,
  SalusError,
  transactionTime,
  verifiedClaims,
  type StatementClaims,
} from '@salus/chaincode-common';
import type { Context } from 'fabric-contract-api';
import {
  accessGrant,
  consentWithdrawal,
  type AccessGrant,
  type AuditEntry,
  type GetGrantRequest,
  type Grant,
  type SignedGrant,
  type Withdrawn,
} from '../api.js';
import { grantKey } from '../keys.js';
import { auditEntry, putAudit } from './audit.js';
import { requesterOf } from './requester.js';
import { replayed, useStatement, verifyPatientStatement } from './statements.js';

const GRANT = 'AccessGrant.v1';
const WITHDRAWAL = 'ConsentWithdrawal.v1';

/** A grant as the ledger keeps it: everything else is in what the patient signed. */
interface StoredGrant extends Pick<Grant, 'grantedAt' | 'withdrawnAt'> {
  readonly statement: string;
  /** Who brought it, for the audit trail. */
  readonly relayed: Pick<AuditEntry, 'by' | 'transactionId'>;
}

/** Stands in the place of a grant that was withdrawn before it came. */
interface Tombstone {
  readonly buriedAt: string;
}

/** The patient's signature decides; anybody may relay it. */
export async function grantAccess(ctx: Context, jws: string): Promise<Grant> {
  const claims = await verifyPatientStatement(ctx, jws, GRANT, accessGrant);
  const { jti: grantId, pseudonym, grantee } = claims;
  requireNew(await readGrant(ctx, pseudonym, grantId));
  const grantedAt = transactionTime(ctx);
  const relayed = { by: requesterOf(ctx), transactionId: ctx.stub.getTxID() };
  const stored: StoredGrant = { statement: jws, grantedAt, relayed };
  await putState(ctx, grantKey(pseudonym, grantId), stored);
  emit(ctx, 'AccessGranted.v1', { pseudonym, grantId, grantee: grantee.mspId });
  return { ...termsOf(claims), grantedAt };
}

export async function withdrawConsent(ctx: Context, jws: string): Promise<Withdrawn> {
  const statement = await verifyPatientStatement(ctx, jws, WITHDRAWAL, consentWithdrawal);
  const { pseudonym, grant: grantId, jti } = statement;
  await useStatement(ctx, pseudonym, jti, { type: WITHDRAWAL, jws });
  const grant = await readGrant(ctx, pseudonym, grantId);
  const granted = grant !== undefined && isGrant(grant);
  // The first withdrawal's time stays.
  const withdrawnAt = (granted ? grant.withdrawnAt : grant?.buriedAt) ?? transactionTime(ctx);
  // Kept for a grant that is not there yet too: its statement may travel on another way.
  const ended = granted
    ? { ...grant, withdrawnAt }
    : ({ buriedAt: withdrawnAt } satisfies Tombstone);
  await putState(ctx, grantKey(pseudonym, grantId), ended);
  await putAudit(ctx, pseudonym, auditEntry(ctx, 'WITHDRAWN', { grantId }));
  emit(ctx, 'ConsentWithdrawn.v1', { pseudonym, grantId });
  return { pseudonym, grantId, withdrawnAt, granted };
}

export async function getGrant(
  ctx: Context,
  { pseudonym, grantId }: GetGrantRequest,
): Promise<SignedGrant> {
  const grant = await readGrant(ctx, pseudonym, grantId);
  if (grant !== undefined && isGrant(grant)) return describe(grant);
  throw notFound('grant');
}

/** A patient's grants to an organisation, in the order of their IDs. */
export async function grantsTo(
  ctx: Context,
  pseudonym: string,
  mspId: string,
): Promise<SignedGrant[]> {
  const all = await listGrants(ctx, pseudonym);
  return all.map(describe).filter(({ grantee }) => grantee.mspId === mspId);
}

/** What the audit trail says of a patient's grants. */
export async function grantEntries(ctx: Context, pseudonym: string): Promise<AuditEntry[]> {
  const all = await listGrants(ctx, pseudonym);
  return all.map((stored) => {
    const { grantId, grantedAt } = describe(stored);
    return { ...stored.relayed, at: grantedAt, action: 'GRANTED', grantId };
  });
}

async function listGrants(ctx: Context, pseudonym: string): Promise<StoredGrant[]> {
  const found = await listState<StoredGrant | Tombstone>(ctx, grantKey(pseudonym));
  return found.filter(isGrant);
}

async function readGrant(
  ctx: Context,
  pseudonym: string,
  grantId: string,
): Promise<StoredGrant | Tombstone | undefined> {
  return getState(ctx, grantKey(pseudonym, grantId));
}

function isGrant(found: StoredGrant | Tombstone): found is StoredGrant {
  return 'statement' in found;
}

function describe({ statement, grantedAt, withdrawnAt }: StoredGrant): SignedGrant {
  // It was verified before it was stored.
  const claims = verifiedClaims(statement) as AccessGrant & StatementClaims;
  const times = { grantedAt, ...(withdrawnAt !== undefined && { withdrawnAt }) };
  return { ...termsOf(claims), ...times, statement };
}

function termsOf(claims: AccessGrant & StatementClaims): Omit<Grant, 'grantedAt'> {
  const {
    jti: grantId,
    pseudonym,
    grantee,
    scope,
    purposes,
    notBefore,
    notAfter,
    maxUses,
  } = claims;
  return {
    ...{ grantId, pseudonym, grantee, scope, purposes, notBefore, notAfter },
    ...(maxUses !== undefined && { maxUses }),
  };
}

function requireNew(found: StoredGrant | Tombstone | undefined): void {
  if (found === undefined) return;
  if (isGrant(found)) throw replayed();
  throw new SalusError('ERR_CONFLICT', 'The grant was withdrawn before it came', {
    argument: 'statement',
    expected: 'a grant that is not withdrawn',
    got: 'a withdrawn one',
  });
}
