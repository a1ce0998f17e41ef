import type { Context } from 'fabric-contract-api';
import { deleteState, emit, pageState, putState, transactionTime } from '@salus/chaincode-common';
import { ACCESS_GRANT, accessGrant, conflict, isVoid, notFound, type Page } from '@salus/protocol';
import {
  consentWithdrawal,
  type ConsentWithdrawal,
  type GetGrantRequest,
  type Grant,
  type GrantsArchived,
  type ListGrantsRequest,
  type OnwardShare,
  type Patient,
  type SignedGrant,
  type Withdrawn,
} from '@salus/protocol/ehr';
import { rollCategoryKeys } from '../rules/category-keys.js';
import {
  requireMayReopen,
  requireMayRoll,
  requireWithinDelegation,
} from '../rules/delegated-consent.js';
import type { Deed } from '../rules/signer.js';
import {
  describeGrant,
  describeShare,
  isGrant,
  isOver,
  isShare,
  type Stored,
  type StoredGrant,
  type StoredShare,
  type Tombstone,
} from '../rules/stored-grant.js';
import { grantKey, pastGrantKey, patientKey } from '../state/keys.js';
import { auditEntry, putAudit } from './audit.js';
import { findGrant, readConsent, readGrant } from './grants.js';
import { requesterOf } from './requester.js';
import { replayed, useStatement, verifyPatientStatement } from './statements.js';

const WITHDRAWAL = 'ConsentWithdrawal.v1';

/** The signature of the patient, or of a delegate, decides; anybody may relay it. */
export async function grantAccess(ctx: Context, jws: string): Promise<Grant> {
  const { claims, signer } = await verifyPatientStatement(ctx, jws, {
    type: ACCESS_GRANT,
    body: accessGrant,
    deed: ({ scope: { categoryTags } }) => ({ action: 'grant', categoryTags }),
  });
  requireWithinDelegation(signer, claims);
  const { jti: grantId, pseudonym, decision, grantee } = claims;
  requireNew(await readGrant(ctx, pseudonym, grantId));
  const stored: StoredGrant = {
    grantId,
    statement: jws,
    grantedAt: transactionTime(ctx),
    ...(signer.kind === 'DELEGATE' && { delegateId: signer.delegate.delegateId }),
    relayed: { by: requesterOf(ctx), transactionId: ctx.stub.getTxID() },
  };
  await putState(ctx, grantKey(pseudonym, grantId), stored);
  const { mspId } = grantee;
  emit(ctx, 'AccessGranted.v1', {
    pseudonym,
    grantId,
    decision,
    ...(mspId !== undefined && { grantee: mspId }),
  });
  const { statement: _statement, ...grant } = describeGrant(stored);
  return grant;
}

/** Ends a grant, a deny or an onward share, or keeps a grant out that has not come yet. */
export async function withdrawConsent(ctx: Context, jws: string): Promise<Withdrawn> {
  let found: Stored | undefined;
  const { claims, patient, signer } = await verifyPatientStatement(ctx, jws, {
    type: WITHDRAWAL,
    body: consentWithdrawal,
    deed: async ({ pseudonym, grant }) => {
      found = await readGrant(ctx, pseudonym, grant);
      return withdrawalOf(found);
    },
  });
  const { pseudonym, grant: grantId, jti, kid, nextKeys } = claims;
  await useStatement(ctx, pseudonym, jti, { type: WITHDRAWAL, jws });
  if (found !== undefined && isGrant(found))
    requireMayReopen(signer, patient, describeGrant(found));
  const withdrawnAt = transactionTime(ctx);
  const ended = end(patient, found, {
    ...{ grantId, withdrawnAt, withdrawnBy: kid },
    ...(signer.kind === 'DELEGATE' && { withdrawnUnder: signer.delegate.delegateId }),
  });
  await putState(ctx, grantKey(pseudonym, grantId), ended);
  if (nextKeys !== undefined) {
    requireMayRoll(signer, nextKeys);
    const begun = { at: withdrawnAt, statement: jti };
    await putState(ctx, patientKey(pseudonym), rollCategoryKeys(patient, nextKeys, begun));
  }
  await putAudit(ctx, pseudonym, auditEntry(ctx, 'WITHDRAWN', { grantId }));
  emit(ctx, 'ConsentWithdrawn.v1', { pseudonym, grantId, ...epochsOf(nextKeys) });
  return {
    pseudonym,
    grantId,
    withdrawnAt: 'buriedAt' in ended ? ended.buriedAt : (ended.withdrawnAt ?? ''),
    granted: !('buriedAt' in ended),
  };
}

/** Puts away what is over, so that decisions don't read it any more; it stays found by its ID. */
export async function archiveGrants(ctx: Context, pseudonym: string): Promise<GrantsArchived> {
  const { stored } = await readConsent(ctx, pseudonym);
  const over = stored.filter((each) => isOver(each, transactionTime(ctx))).slice(0, MAX_ARCHIVED);
  const grantIds = over.map((each) => (isShare(each) ? each.shareId : each.grantId));
  for (const [at, each] of over.entries()) {
    const id = grantIds[at] ?? '';
    await deleteState(ctx, grantKey(pseudonym, id));
    await putState(ctx, pastGrantKey(pseudonym, id), each);
  }
  emit(ctx, 'GrantsArchived.v1', { pseudonym, grantIds });
  return { grantIds };
}

const MAX_ARCHIVED = 100;

/** @throws SalusError ERR_NOT_FOUND */
export async function getGrant(
  ctx: Context,
  { pseudonym, grantId }: GetGrantRequest,
): Promise<SignedGrant> {
  const found = await findGrant(ctx, pseudonym, grantId);
  if (found !== undefined && isGrant(found)) return describeGrant(found);
  throw notFound('grant');
}

/** @throws SalusError ERR_NOT_FOUND */
export async function getShare(
  ctx: Context,
  { pseudonym, grantId }: GetGrantRequest,
): Promise<OnwardShare> {
  const found = await findGrant(ctx, pseudonym, grantId);
  if (found !== undefined && isShare(found)) return describeShare(found);
  throw notFound('share');
}

/** What decisions go by; a page may hold fewer than it fetched, as tombstones are none. */
export async function listGrants(
  ctx: Context,
  { pseudonym, ...request }: ListGrantsRequest,
): Promise<Page<SignedGrant | OnwardShare>> {
  const page = await pageState<Stored>(ctx, grantKey(pseudonym), request);
  const results = page.results.flatMap((each): readonly (SignedGrant | OnwardShare)[] => {
    if (isShare(each)) return [describeShare(each)];
    return isGrant(each) ? [describeGrant(each)] : [];
  });
  return { ...page, results };
}

/** The first withdrawal's time stays, unless the key that signed it turned out lost. */
function end(
  patient: Patient,
  found: Stored | undefined,
  { grantId, ...withdrawal }: Withdrawal,
): Stored {
  // Kept for a grant that is not there yet too: its statement may travel on another way.
  if (found === undefined) {
    return { grantId, buriedAt: withdrawal.withdrawnAt } satisfies Tombstone;
  }
  if ('buriedAt' in found) return found;
  if (found.withdrawnAt !== undefined && !isVoidWithdrawal(patient, found, found.withdrawnAt)) {
    return found;
  }
  const { withdrawnUnder: _earlier, ...kept } = found;
  return { ...kept, ...withdrawal };
}

interface Withdrawal {
  readonly grantId: string;
  readonly withdrawnAt: string;
  readonly withdrawnBy: string;
  readonly withdrawnUnder?: string;
}

function isVoidWithdrawal(
  patient: Patient,
  found: StoredGrant | StoredShare,
  withdrawnAt: string,
): boolean {
  const { action, categoryTags } = withdrawalOf(found);
  return isVoid(patient, {
    kid: found.withdrawnBy ?? '',
    at: withdrawnAt,
    delegateId: found.withdrawnUnder,
    action,
    categoryTags,
  });
}

/** To withdraw a deny opens, so it takes who may grant: not who may only close. */
function withdrawalOf(found: Stored | undefined): Deed & { readonly action: 'grant' | 'withdraw' } {
  if (found === undefined || !isGrant(found)) return { action: 'withdraw' };
  const { decision, scope } = describeGrant(found);
  return {
    action: decision === 'deny' ? 'grant' : 'withdraw',
    categoryTags: scope.categoryTags,
  };
}

function epochsOf(nextKeys: ConsentWithdrawal['nextKeys']) {
  if (nextKeys === undefined) return {};
  return { epochs: nextKeys.map(({ categoryTag, epoch }) => ({ categoryTag, epoch })) };
}

function requireNew(found: Stored | undefined): void {
  if (found === undefined) return;
  if (!('buriedAt' in found)) throw replayed();
  throw conflict(
    'statement',
    'The grant was withdrawn before it came',
    'a grant that is not withdrawn',
    'a withdrawn one',
  );
}
