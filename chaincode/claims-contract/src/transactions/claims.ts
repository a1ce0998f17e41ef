import type { Context } from 'fabric-contract-api';
import {
  caller,
  emit,
  getState,
  parseTransient,
  putState,
  requireAbsent,
  membersOf,
  requireKind,
  requireMsp,
  requireRole,
  requireState,
  transactionTime,
} from '@salus/chaincode-common';
import {
  addCiphertexts,
  addEvaluation,
  findEvaluation,
  hashedTransients,
  provenTogether,
  publicKeyOf,
  readKey,
  requireEpoch,
  requireProfile,
  type KeyRecord,
} from '@salus/chaincode-computation';
import { hashOf, SalusError } from '@salus/protocol';
import {
  aboutAmounts,
  serviceDetails,
  type Claim,
  type CreatePolicyRequest,
  type Policy,
  type SubmitClaimRequest,
  type SumClaimRequest,
  TRANSIENT,
} from '@salus/protocol/claims';
import { checkPolicy, describeClaim, evaluationIdOf, requireCovered } from '../rules/claim.js';
import { claimKey, outcomeKey, policyKey } from '../state/keys.js';
import type { ClaimRecord, OutcomeRecord, PolicyRecord } from '../state/records.js';

export async function createPolicy(ctx: Context, request: CreatePolicyRequest): Promise<Policy> {
  const who = caller(ctx);
  await requireKind(ctx, who, 'insurer');
  requireRole(who, 'adjuster');
  checkPolicy(who.mspId, request, await membersOf(ctx, 'overseer'));
  await requireAbsent(ctx, policyKey(request.policyId), 'policy');
  const policy: PolicyRecord = { ...request, insurer: who.mspId, createdAt: transactionTime(ctx) };
  await putState(ctx, policyKey(policy.policyId), policy);
  emit(ctx, 'PolicyCreated.v1', { policyId: policy.policyId, insurer: policy.insurer });
  return policy;
}

export async function getPolicy(ctx: Context, policyId: string): Promise<Policy> {
  return await requireState<PolicyRecord>(ctx, policyKey(policyId), 'policy');
}

/** By a hospital: an organisation that pays, or audits, files no claim of its own, whatever role its CA gives. */
export async function submitClaim(ctx: Context, request: SubmitClaimRequest): Promise<Claim> {
  const who = caller(ctx);
  await requireKind(ctx, who, 'hospital');
  requireRole(who, 'billing');
  const policy = await requireState<PolicyRecord>(ctx, policyKey(request.policyId), 'policy');
  const key = await readKey(ctx, request.keyId);
  checkService(ctx, policy, request.serviceHash);
  await requireAbsent(ctx, claimKey(request.claimId), 'claim');
  const { epoch, proofHashes: _, ...rest } = request;
  requireEpoch(key, epoch);
  await registerLines(ctx, key, policy, request);
  const claim: ClaimRecord = {
    ...rest,
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
  const evaluation = await addEvaluation(ctx, {
    evaluationId: evaluationIdOf(claimId),
    program: { name: 'sum.v1' },
    inputs: claim.lines.map((line) => ({ kind: 'ciphertext', id: line.ciphertextHash })),
    resultHash,
  });
  emit(ctx, 'ClaimSummed.v1', { claimId, resultHash });
  return describeClaim(claim, evaluation, undefined);
}

export async function getClaim(ctx: Context, claimId: string): Promise<Claim> {
  const claim = await requireState<ClaimRecord>(ctx, claimKey(claimId), 'claim');
  const sum = await findEvaluation(ctx, evaluationIdOf(claimId));
  const outcome = await getState<OutcomeRecord>(ctx, outcomeKey(claimId));
  return describeClaim(claim, sum, outcome);
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

/** A ciphertext enters one claim ever, and only its sender's own. */
async function registerLines(
  ctx: Context,
  key: KeyRecord,
  policy: Policy,
  { claimId, keyId, epoch, lines, proofHashes }: SubmitClaimRequest,
): Promise<void> {
  const hashes = lines.map((line) => line.ciphertextHash);
  const contents = hashedTransients(ctx, TRANSIENT.ciphertext, hashes);
  const proofs = hashedTransients(ctx, TRANSIENT.proof, proofHashes);
  const publicKey = publicKeyOf(ctx, key);
  const about = { keyId, epoch, ...aboutAmounts(claimId, policy, requireProfile(key.profile)) };
  const ciphertexts = hashes.map((hash, index) => ({ hash, bytes: contents[index] as Uint8Array }));
  for (const [index, group] of provenTogether(ciphertexts, proofHashes).entries()) {
    const proof = { hash: group.proofHash, bytes: proofs[index] as Uint8Array };
    await addCiphertexts(ctx, key, about, { ...group, proof, publicKey });
  }
}
