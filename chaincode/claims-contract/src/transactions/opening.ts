import type { Context } from 'fabric-contract-api';
import { KeyEndorsementPolicy } from 'fabric-shim';
import { getState, ledgerKey, putState, requireState } from '@salus/chaincode-common';
import { addOpening } from '@salus/chaincode-computation';
import { type RequestOpeningRequest, claimOpeningRule } from '@salus/protocol/claims';
import type { Opening } from '@salus/protocol/computation';
import { evaluationIdOf } from '../rules/claim.js';
import { claimKey, outcomeKey, policyKey } from '../state/keys.js';
import type { ClaimRecord, OutcomeRecord, PolicyRecord } from '../state/records.js';

/**
 * Records the decision; a denial is a committed transaction like a permission. Asked for again, the sum has
 * the same opening.
 */
export async function requestOpening(
  ctx: Context,
  { claimId, recipients }: RequestOpeningRequest,
): Promise<Opening> {
  const claim = await requireState<ClaimRecord>(ctx, claimKey(claimId), 'claim');
  const policy = await requireState<PolicyRecord>(ctx, policyKey(claim.policyId), 'policy');
  const outcome = await getState<OutcomeRecord>(ctx, outcomeKey(claimId));
  const { keyId } = claim;
  const evaluationId = evaluationIdOf(claimId);
  const rule = claimOpeningRule(policy, outcome);
  const opening = await addOpening(ctx, { evaluationId, recipients, keyId }, rule);
  const { permitted, openingId } = opening;
  if (permitted && outcome?.openingId !== openingId) {
    await startOutcome(ctx, policy, claimId, openingId);
  }
  return opening;
}

/**
 * From here on only insurer and auditor together change the outcome. They alone may see the totals, so they
 * alone can endorse what follows from them.
 */
async function startOutcome(
  ctx: Context,
  policy: PolicyRecord,
  claimId: string,
  openingId: string,
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
