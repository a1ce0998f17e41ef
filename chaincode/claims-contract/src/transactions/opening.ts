import {
  caller,
  emit,
  getState,
  ledgerKey,
  putState,
  requireAbsent,
  requireRole,
  requireState,
  SalusError,
  transactionTime,
} from '@salus/chaincode-common';
import type { Context } from 'fabric-contract-api';
import { KeyEndorsementPolicy } from 'fabric-shim';
import type { Opening, RequestOpeningRequest, SubmitPartialRequest } from '../api.js';
import {
  claimKey,
  keyKey,
  openingKey,
  outcomeKey,
  partialKey,
  policyKey,
  sumKey,
} from '../keys.js';
import type {
  ClaimRecord,
  KeyRecord,
  OpeningRecord,
  OutcomeRecord,
  PartialRecord,
  PolicyRecord,
  SumRecord,
} from '../records.js';
import { requireMember } from '../rules/key-ceremony.js';
import { decideOpening } from '../rules/opening.js';

/** Records the decision; a denial is a committed transaction like a permission. */
export async function requestOpening(
  ctx: Context,
  { claimId, openingId, recipients }: RequestOpeningRequest,
): Promise<Opening> {
  const { mspId, role } = caller(ctx);
  await requireAbsent(ctx, openingKey(openingId), 'opening');
  const claim = await requireState<ClaimRecord>(ctx, claimKey(claimId), 'claim');
  const policy = await requireState<PolicyRecord>(ctx, policyKey(claim.policyId), 'policy');
  const key = await requireState<KeyRecord>(ctx, keyKey(claim.keyId), 'key');
  const sum = await getState<SumRecord>(ctx, sumKey(claimId));
  const outcome = await getState<OutcomeRecord>(ctx, outcomeKey(claimId));
  const requester = { mspId, role };
  const reason = decideOpening({ requester, recipients, policy, key, sum, outcome });
  const permitted = reason === 'ENTITLED';
  const opening: OpeningRecord = {
    openingId,
    claimId,
    keyId: claim.keyId,
    permitted,
    reason,
    recipients,
    requestedBy: mspId,
    decidedAt: transactionTime(ctx),
    ...(permitted && sum !== undefined && { resultHash: sum.resultHash }),
  };
  await putState(ctx, openingKey(openingId), opening);
  if (permitted) await startOutcome(ctx, policy, opening);
  emit(ctx, 'OpeningDecided.v1', { openingId, claimId, permitted, reason });
  return { ...opening, partials: [] };
}

export async function submitPartial(
  ctx: Context,
  { openingId, partialHash }: SubmitPartialRequest,
): Promise<Opening> {
  const { mspId, ...who } = caller(ctx);
  requireRole({ mspId, ...who }, 'committee');
  const opening = await requirePermitted(ctx, openingId);
  const key = await requireState<KeyRecord>(ctx, keyKey(opening.keyId), 'key');
  requireMember(key, mspId);
  await requireAbsent(ctx, partialKey(openingId, mspId), 'partial opening');
  await putState(ctx, partialKey(openingId, mspId), { partialHash } satisfies PartialRecord);
  emit(ctx, 'PartialSubmitted.v1', { openingId, mspId });
  return await describeOpening(ctx, opening, key, new Map([[mspId, partialHash]]));
}

export async function getOpening(ctx: Context, openingId: string): Promise<Opening> {
  const opening = await requireState<OpeningRecord>(ctx, openingKey(openingId), 'opening');
  const key = await requireState<KeyRecord>(ctx, keyKey(opening.keyId), 'key');
  return await describeOpening(ctx, opening, key, new Map());
}

/** @throws SalusError ERR_NOT_FOUND, ERR_CONFLICT */
export async function requirePermitted(
  ctx: Context,
  openingId: string,
): Promise<OpeningRecord & { readonly resultHash: string }> {
  const opening = await requireState<OpeningRecord>(ctx, openingKey(openingId), 'opening');
  const { resultHash } = opening;
  if (resultHash === undefined) {
    throw new SalusError('ERR_CONFLICT', `the opening was denied: ${opening.reason}`, {
      argument: 'openingId',
      expected: 'an opening that was permitted',
      got: opening.reason,
    });
  }
  return { ...opening, resultHash };
}

/** @param written what this transaction has written itself, which a read doesn't see */
export async function describeOpening(
  ctx: Context,
  opening: OpeningRecord,
  key: KeyRecord,
  written: ReadonlyMap<string, string>,
): Promise<Opening> {
  const partials: { mspId: string; partialHash: string }[] = [];
  for (const mspId of key.members) {
    const partialHash =
      written.get(mspId) ??
      (await getState<PartialRecord>(ctx, partialKey(opening.openingId, mspId)))?.partialHash;
    if (partialHash !== undefined) partials.push({ mspId, partialHash });
  }
  return { ...opening, partials };
}

/**
 * From here on only insurer and auditor together change the outcome: they alone may see the totals,
 * so they alone can endorse what follows from them.
 */
async function startOutcome(
  ctx: Context,
  policy: PolicyRecord,
  { claimId, openingId }: OpeningRecord,
): Promise<void> {
  const outcome: OutcomeRecord = { status: 'OPENING', openingId };
  await putState(ctx, outcomeKey(claimId), outcome);
  const endorsers = new KeyEndorsementPolicy();
  endorsers.addOrgs('PEER', ...[policy.insurer, policy.auditor].sort());
  await ctx.stub.setStateValidationParameter(
    ledgerKey(ctx, outcomeKey(claimId)),
    endorsers.getPolicy(),
  );
}
