import { denied } from '@salus/client/trust';
import { checkClaimContent, checkComputationContent } from './computation-rules.js';
import type { ContentRequest } from './content-request.js';
import type { LedgerView } from './ledger-view.js';
import { checkStudyContent } from './study-rules.js';

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
