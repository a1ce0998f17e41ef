import type { Decision, DecisionRef } from '@salus/protocol/ehr';

/** Where a decision is on the ledger: what services are asked with. */
export function refOf({ pseudonym, decidedAt, decisionId }: Decision): DecisionRef {
  return { pseudonym, decidedAt, decisionId };
}
