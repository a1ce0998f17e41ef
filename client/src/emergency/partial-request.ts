import { canonicalJson } from '@salus/protocol';
import type { DecisionRef } from '@salus/protocol/ehr';

/** What a requester brings: the ledger holds the encapsulated key as a hash only. */
export interface PartialAsked {
  readonly ref: DecisionRef;
  readonly enc: string;
  readonly proof: string;
}

/** HPKE context of a partial on its way to the requester. */
export function partialContext(custodian: string, { decisionId }: DecisionRef) {
  return { info: 'salus/emergency-partial/v1', aad: canonicalJson({ custodian, decisionId }) };
}
