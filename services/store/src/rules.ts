import { denied } from '@salus/client/trust';
import type { VerifiedMember } from '@salus/proofs';
import { checkClaimContent, checkComputationContent } from './computation-rules.js';
import type { LedgerView } from './ledger-view.js';
import { checkStudyContent } from './study-rules.js';

/** Who asks for which content of a computation, and by what the ledger is to permit it. */
export interface ContentRequest {
  readonly asker: VerifiedMember;
  readonly hash: string;
  readonly now: number;
  readonly claim?: string;
  /** With one of the following, or by itself for a registered ciphertext. */
  readonly chaincode?: string;
  readonly key?: string;
  readonly opening?: string;
  /** With a chaincode: a contribution to the study. */
  readonly study?: string;
}

/**
 * Decides whether content of a computation may be served, as {@link checkComputationContent} says.
 *
 * @throws SalusError `ERR_NO_DECISION`, or the ledger's `ERR_NOT_FOUND`
 */
export async function checkContentRequest(
  request: ContentRequest,
  ledger: LedgerView,
): Promise<void> {
  const { claim, chaincode, study } = request;
  if (claim !== undefined) await checkClaimContent(claim, request, ledger);
  else if (study !== undefined) await checkStudyContent(study, request, ledger);
  else if (chaincode !== undefined) {
    await checkComputationContent(request, ledger.computation(chaincode));
  } else throw denied('the request names none');
}
