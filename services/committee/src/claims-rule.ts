import type { ClaimsClient } from '@salus/client/claims';
import { claimOpeningRule } from '@salus/protocol/claims';
import type { RuleSource } from './judge.js';
import { leavesOf } from './recompute.js';

/** Of the openings of claims: the contract's own rule, on the claim and policy that the peer tells. */
export function claimsRule(claims: Pick<ClaimsClient, 'getClaim' | 'getPolicy'>): RuleSource {
  return async ({ opening, lineage }) => {
    const [claimId, ...others] = new Set(leavesOf(lineage).map(({ measure }) => measure));
    if (claimId === undefined || others.length > 0) return undefined;
    const claim = await claims.getClaim(claimId);
    const { evaluationId, openingId, lines } = claim;
    const isOfClaim =
      evaluationId === opening.evaluationId &&
      openingId === opening.openingId &&
      lines.map((line) => line.ciphertextHash).join() === lineage.evaluation.leaves.join();
    if (!isOfClaim) return undefined;
    const policy = await claims.getPolicy(claim.policyId);
    const status = claim.status === 'OPENING' ? 'OPENING' : 'ADJUDICATED';
    const rule = claimOpeningRule(policy, { status });
    return {
      ...rule,
      // The ledger keeps no requester's role; that it was an adjuster, the endorsers have checked.
      refuse: ({ mspId }, recipients, contributions) =>
        rule.refuse({ mspId, role: 'adjuster' }, recipients, contributions),
    };
  };
}
