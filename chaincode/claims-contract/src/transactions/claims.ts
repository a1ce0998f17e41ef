import {
  caller,
  emit,
  getState,
  hashOf,
  parseTransient,
  putState,
  requireAbsent,
  requireMsp,
  requireRole,
  requireState,
  SalusError,
  transactionTime,
} from '@salus/chaincode-common';
import type { Context } from 'fabric-contract-api';
import {
  serviceDetails,
  TRANSIENT,
  type Claim,
  type CreatePolicyRequest,
  type Policy,
  type SubmitClaimRequest,
  type SumClaimRequest,
} from '../api.js';
import { compute } from '../engine.js';
import { ciphertextKey, claimKey, keyKey, outcomeKey, policyKey, sumKey } from '../keys.js';
import type { ClaimRecord, KeyRecord, OutcomeRecord, PolicyRecord, SumRecord } from '../records.js';
import { checkPolicy, describeClaim, requireCovered } from '../rules/claim.js';
import { requireActive } from '../rules/key-ceremony.js';
import { hashedTransients } from '../transient.js';

export async function createPolicy(ctx: Context, request: CreatePolicyRequest): Promise<Policy> {
  const who = caller(ctx);
  requireRole(who, 'adjuster');
  checkPolicy(who.mspId, request);
  await requireAbsent(ctx, policyKey(request.policyId), 'policy');
  const policy: PolicyRecord = { ...request, insurer: who.mspId, createdAt: transactionTime(ctx) };
  await putState(ctx, policyKey(policy.policyId), policy);
  emit(ctx, 'PolicyCreated.v1', { policyId: policy.policyId, insurer: policy.insurer });
  return policy;
}

export async function getPolicy(ctx: Context, policyId: string): Promise<Policy> {
  return await requireState<PolicyRecord>(ctx, policyKey(policyId), 'policy');
}

export async function submitClaim(ctx: Context, request: SubmitClaimRequest): Promise<Claim> {
  const who = caller(ctx);
  requireRole(who, 'billing');
  const policy = await requireState<PolicyRecord>(ctx, policyKey(request.policyId), 'policy');
  const key = await requireState<KeyRecord>(ctx, keyKey(request.keyId), 'key');
  requireActive(key);
  checkService(ctx, policy, request.serviceHash);
  await requireAbsent(ctx, claimKey(request.claimId), 'claim');
  await checkCiphertexts(ctx, key, request);
  const claim: ClaimRecord = {
    ...request,
    provider: who.mspId,
    submittedAt: transactionTime(ctx),
  };
  await putState(ctx, claimKey(claim.claimId), claim);
  emit(ctx, 'ClaimSubmitted.v1', { claimId: claim.claimId, provider: claim.provider });
  return describeClaim(claim, undefined, undefined);
}

/** Every endorser adds the ciphertexts up itself and endorses no other result. */
export async function sumClaim(
  ctx: Context,
  { claimId, resultHash }: SumClaimRequest,
): Promise<Claim> {
  const claim = await requireState<ClaimRecord>(ctx, claimKey(claimId), 'claim');
  const who = caller(ctx);
  requireRole(who, 'billing');
  requireMsp(who, claim.provider);
  await requireAbsent(ctx, sumKey(claimId), 'sum of the claim');
  const key = await requireState<KeyRecord>(ctx, keyKey(claim.keyId), 'key');
  const computed = await compute(key.profile, (engine) => engine.sum(inputsOf(ctx, claim)));
  if (computed.hash !== resultHash) {
    throw new SalusError('ERR_RESULT_MISMATCH', 'the result is not the sum of the lines', {
      argument: 'resultHash',
      expected: computed.hash,
      got: resultHash,
    });
  }
  const sum: SumRecord = { program: 'sum.v1', resultHash, summedAt: transactionTime(ctx) };
  await putState(ctx, sumKey(claimId), sum);
  emit(ctx, 'ClaimSummed.v1', { claimId, resultHash });
  return describeClaim(claim, sum, undefined);
}

export async function getClaim(ctx: Context, claimId: string): Promise<Claim> {
  const claim = await requireState<ClaimRecord>(ctx, claimKey(claimId), 'claim');
  const sum = await getState<SumRecord>(ctx, sumKey(claimId));
  const outcome = await getState<OutcomeRecord>(ctx, outcomeKey(claimId));
  return describeClaim(claim, sum, outcome);
}

function inputsOf(ctx: Context, claim: Pick<ClaimRecord, 'lines'>): Uint8Array[] {
  const hashes = claim.lines.map((line) => line.ciphertextHash);
  return hashedTransients(ctx, TRANSIENT.ciphertext, hashes);
}

/** The date stays off the ledger; every endorser sees it and checks it against the policy. */
function checkService(ctx: Context, policy: PolicyRecord, serviceHash: string): void {
  const details = parseTransient(ctx, serviceDetails, TRANSIENT.service);
  if (hashOf(details) !== serviceHash) {
    throw new SalusError('ERR_HASH_MISMATCH', 'the service details are not what was hashed', {
      argument: 'serviceHash',
    });
  }
  requireCovered(policy, details.serviceDate);
}

/** A ciphertext enters one claim ever, whoever submits it again. */
async function checkCiphertexts(
  ctx: Context,
  key: KeyRecord,
  request: SubmitClaimRequest,
): Promise<void> {
  const ciphertexts = inputsOf(ctx, request);
  for (const [index, { ciphertextHash }] of request.lines.entries()) {
    await requireAbsent(ctx, ciphertextKey(ciphertextHash), 'ciphertext');
    await compute(key.profile, (engine) =>
      engine.checkCiphertext(ciphertexts[index] as Uint8Array),
    );
    await putState(ctx, ciphertextKey(ciphertextHash), { claimId: request.claimId });
  }
}
