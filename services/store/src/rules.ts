import { denied } from '@salus/client/trust';
import { contentRuleOf } from '@salus/protocol/purposes';
import { checkComputationContent } from './computation-rules.js';
import type { ContentRequest } from './content-request.js';
import type { LedgerView } from './ledger-view.js';

/**
 * Decides whether content of a computation may be served. The rule of a purpose decides for the matter that
 * the request names, else {@link checkComputationContent} does.
 *
 * @throws SalusError `ERR_NO_DECISION`, or the ledger's `ERR_NOT_FOUND`
 */
export async function checkContentRequest(
  request: ContentRequest,
  ledger: LedgerView,
): Promise<void> {
  const { asker, hash, now, by } = request;
  const found = contentRuleOf(by);
  if (found) {
    const { mspId, role } = asker;
    const refusal = await found.rule.refuse({ id: found.id, mspId, role, hash, now }, ledger);
    if (refusal !== undefined) throw denied(refusal);
    return;
  }
  if (by.chaincode === undefined) throw denied('the request names none');
  await checkComputationContent(request, ledger.computation(by.chaincode));
}
