import type { CollectiveKey } from '../computation/api.js';
import { leavesOf } from '../computation/lineage.js';
import type { OpeningRule } from '../computation/opening.js';
import type {
  ComputationPurpose,
  ContentQuestion,
  OpeningOnLedger,
} from '../computation/purpose.js';
import type { Claim, Policy } from './api.js';
import { claimOpeningRule } from './opening.js';
import { CLAIMS_PURPOSE } from './purpose-name.js';

/** What the rules for claims ask of the ledger. */
export interface ClaimFacts {
  getClaim(claimId: string): Promise<Claim>;
  getPolicy(policyId: string): Promise<Policy>;
  /** The contract `computation` that a chaincode carries. */
  computation(chaincode: string): { getKey(keyId: string): Promise<CollectiveKey> };
}

/** Totals of claims: opened to insurer and auditor, see {@link claimOpeningRule}. */
export const claimsPurpose: ComputationPurpose<ClaimFacts> = {
  purpose: CLAIMS_PURPOSE,
  openingRule: ruleOfClaim,
  contentRule: { by: 'claim', refuse: refuseContent },
};

async function ruleOfClaim(
  { opening, lineage }: OpeningOnLedger,
  ledger: ClaimFacts,
): Promise<OpeningRule | undefined> {
  const measures = (leavesOf(lineage) ?? []).map(({ measure }) => measure);
  const [claimId, ...others] = new Set(measures);
  if (claimId === undefined || others.length > 0) return undefined;
  const claim = await ledger.getClaim(claimId);
  const { evaluationId, resultHash, lines } = claim;
  const isOfClaim =
    evaluationId === opening.evaluationId &&
    resultHash === opening.resultHash &&
    lines.map((line) => line.ciphertextHash).join() === lineage.evaluation.leaves.join();
  if (!isOfClaim) return undefined;
  const policy = await ledger.getPolicy(claim.policyId);
  const status = claim.status === 'OPENING' ? 'OPENING' : 'ADJUDICATED';
  const rule = claimOpeningRule(policy, { status });
  return {
    ...rule,
    // The ledger keeps no requester's role; that it was an adjuster, the endorsers have checked.
    refuse: ({ mspId }, recipients, contributions) =>
      rule.refuse({ mspId, role: 'adjuster' }, recipients, contributions),
  };
}

/**
 * A claim's sum goes to those who open it, to the provider and to the committee. Its lines go to the
 * provider and the committee alone: who pays is to know totals, and no single line.
 */
async function refuseContent(
  { id, mspId, role, hash }: ContentQuestion,
  ledger: ClaimFacts,
): Promise<string | undefined> {
  const claim = await ledger.getClaim(id);
  const isLine = claim.lines.some((line) => line.ciphertextHash === hash);
  if (!isLine && hash !== claim.resultHash) return 'it is no part of the claim';
  const [{ insurer, auditor }, { committee }] = await Promise.all([
    ledger.getPolicy(claim.policyId),
    ledger.computation('claims').getKey(claim.keyId),
  ]);
  const isEntitled =
    mspId === claim.provider ||
    (committee.members.includes(mspId) && role === 'committee') ||
    (!isLine && mspId === insurer && role === 'adjuster') ||
    (!isLine && mspId === auditor && role === 'auditor');
  return isEntitled ? undefined : 'the claim does not concern the asker';
}
