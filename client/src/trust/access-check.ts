import type { VerifiedMember } from '@salus/proofs';
import { SalusError } from '@salus/protocol';
import type { Decision } from '@salus/protocol/ehr';

/**
 * Checks that a decision read from the own peer permits what is asked for. It must be made for this asker
 * and this content, and hold now by this service's own clock.
 *
 * @throws SalusError `ERR_NO_DECISION`
 */
export function checkDecision(
  decision: Decision,
  asked: { readonly asker: VerifiedMember; readonly contentHash?: string; readonly now: number },
): void {
  const { asker, contentHash, now } = asked;
  if (!decision.permitted) throw denied(`the ledger denied it (${decision.reason})`);
  if (now >= Date.parse(decision.expiresAt)) throw denied('the decision has expired');
  if (decision.requester.mspId !== asker.mspId || decision.requester.id !== asker.id) {
    throw denied('the decision was made for someone else');
  }
  if (contentHash !== undefined && decision.contentHash !== contentHash) {
    throw denied('the decision was made for another content');
  }
}

/** The error of a request that the ledger's decisions do not cover. */
export function denied(why: string): SalusError {
  return new SalusError('ERR_NO_DECISION', `No decision permits this: ${why}`);
}
