import type { Context } from 'fabric-contract-api';
import {
  caller,
  emit,
  getPrivate,
  getState,
  putPrivate,
  putState,
  requireMsp,
  requireRole,
  requireState,
  transactionTime,
} from '@salus/chaincode-common';
import {
  addRecord,
  findEvaluation,
  readKey,
  requirePermitted,
  requireProfile,
} from '@salus/chaincode-computation';
import { hashOf, SalusError } from '@salus/protocol';
import type { AdjudicateRequest, Adjudication, Claim, SettleRequest } from '@salus/protocol/claims';
import { adjudicateTotals } from '../rules/adjudication.js';
import { describeClaim, evaluationIdOf, requireOpeningOf } from '../rules/claim.js';
import { requireOutcome, settle } from '../rules/settlement.js';
import {
  adjudicationKey,
  claimKey,
  outcomeKey,
  paymentKey,
  policyKey,
  TOTALS_COLLECTION,
} from '../state/keys.js';
import type { ClaimRecord, OutcomeRecord, PolicyRecord } from '../state/records.js';

/**
 * Insurer and auditor recombine the partial openings whose hashes are on the ledger, each on its own peer.
 * They endorse what the policy's rules make of the totals, be it a refusal. The ledger learns a salted hash.
 */
export async function adjudicate(
  ctx: Context,
  { claimId, openingId }: AdjudicateRequest,
): Promise<Claim> {
  const { claim, policy, sum, outcome } = await readCase(ctx, claimId);
  requireEntitled(ctx, policy);
  const opened = requireOutcome(claimId, outcome, 'OPENING');
  const { opening } = await requirePermitted(ctx, openingId);
  requireOpeningOf(claimId, opening);
  const { slots, values } = await addRecord(ctx, openingId);
  const { maxValue } = requireProfile((await readKey(ctx, claim.keyId)).profile);
  const lines = claim.lines.length;
  const adjudication: Adjudication = {
    claimId,
    openingId,
    currency: policy.currency,
    ...adjudicateTotals(policy.benefits, slots, { lines, maxValue }),
    adjudicatedAt: transactionTime(ctx),
    salt: values.salt,
  };
  const adjudicated: OutcomeRecord = {
    ...opened,
    openingId,
    status: 'ADJUDICATED',
    adjudicationHash: hashOf(adjudication),
    adjudicatedAt: adjudication.adjudicatedAt,
  };
  await putPrivate(ctx, TOTALS_COLLECTION, adjudicationKey(claimId), adjudication);
  await putState(ctx, outcomeKey(claimId), adjudicated);
  emit(ctx, 'ClaimAdjudicated.v1', { claimId, adjudicationHash: adjudicated.adjudicationHash });
  return describeClaim(claim, sum, adjudicated);
}

/** Records that the insurer paid; one payment settles one claim, once. */
export async function settleClaim(
  ctx: Context,
  { claimId, paymentReferenceHash }: SettleRequest,
): Promise<Claim> {
  const { claim, policy, sum, outcome } = await readCase(ctx, claimId);
  const who = caller(ctx);
  requireRole(who, 'adjuster');
  requireMsp(who, policy.insurer);
  requireOutcome(claimId, outcome, 'ADJUDICATED');
  const { payableMinor } = await readAdjudication(ctx, claimId);
  const settledAt = transactionTime(ctx);
  const settled = settle(claimId, outcome, payableMinor, { paymentReferenceHash, settledAt });
  const payment = paymentKey(paymentReferenceHash);
  if ((await getPrivate(ctx, TOTALS_COLLECTION, payment)) !== undefined) {
    throw new SalusError('ERR_ALREADY_EXISTS', 'this payment has settled another claim', {
      argument: 'paymentReferenceHash',
    });
  }
  await putPrivate(ctx, TOTALS_COLLECTION, payment, { claimId });
  await putState(ctx, outcomeKey(claimId), settled);
  emit(ctx, 'ClaimSettled.v1', { claimId, paymentReferenceHash });
  return describeClaim(claim, sum, settled);
}

/**
 * The amounts, to those who adjudicate: no other staff of insurer or auditor learns them by a query.
 *
 * @throws SalusError ERR_FORBIDDEN, ERR_NOT_FOUND
 */
export async function getAdjudication(ctx: Context, claimId: string): Promise<Adjudication> {
  const { policyId } = await requireState<ClaimRecord>(ctx, claimKey(claimId), 'claim');
  requireEntitled(ctx, await requireState<PolicyRecord>(ctx, policyKey(policyId), 'policy'));
  return readAdjudication(ctx, claimId);
}

async function readAdjudication(ctx: Context, claimId: string): Promise<Adjudication> {
  const key = adjudicationKey(claimId);
  const adjudication = await getPrivate<Adjudication>(ctx, TOTALS_COLLECTION, key);
  if (adjudication === undefined) {
    throw new SalusError('ERR_NOT_FOUND', 'There is no such adjudication on this peer', {
      argument: 'claimId',
      expected: 'an adjudicated claim, asked for at a peer of its insurer or auditor',
    });
  }
  return adjudication;
}

async function readCase(ctx: Context, claimId: string) {
  const claim = await requireState<ClaimRecord>(ctx, claimKey(claimId), 'claim');
  return {
    claim,
    policy: await requireState<PolicyRecord>(ctx, policyKey(claim.policyId), 'policy'),
    sum: await findEvaluation(ctx, evaluationIdOf(claimId)),
    outcome: await getState<OutcomeRecord>(ctx, outcomeKey(claimId)),
  };
}

/**
 * The auditor may adjudicate too: totals that were opened wait for no adjuster. It asks for no opening, as what
 * an insurer takes up is the insurer's decision. And the insurer's peer has to endorse the adjudication.
 */
function requireEntitled(ctx: Context, policy: PolicyRecord): void {
  const who = caller(ctx);
  requireMsp(who, policy.insurer, policy.auditor);
  requireRole(who, who.mspId === policy.insurer ? 'adjuster' : 'auditor');
}
