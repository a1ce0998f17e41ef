import { denied } from '@salus/client/trust';
import type { ContentRequest } from './content-request.js';
import type { LedgerView } from './ledger-view.js';

/**
 * A study's contributions go to the organisations of those who may close it: its opener, and from the end
 * of contributions on every participant. As long as institutions may join, nobody is shown any: they could
 * join with one that is made of another's (docs/compute.md).
 *
 * @throws SalusError `ERR_NO_DECISION`, or the ledger's `ERR_NOT_FOUND`
 */
export async function checkStudyContent(
  studyId: string,
  { asker, hash, now }: ContentRequest,
  ledger: Pick<LedgerView, 'getStudy'>,
): Promise<void> {
  const { participants, openedBy, status, terms } = await ledger.getStudy(studyId);
  if (status === 'JOINING') throw denied('institutions may still join the study');
  const isContributed = participants.some((one) => one.contribution?.ciphertextHash === hash);
  if (!isContributed) throw denied('it is no contribution to the study');
  if (!participants.some(({ mspId }) => mspId === asker.mspId)) {
    throw denied('the organisation does not take part in the study');
  }
  const isCollecting = status === 'CONTRIBUTING' && now <= Date.parse(terms.deadline);
  if (isCollecting && asker.mspId !== openedBy.mspId) {
    throw denied('the study still takes contributions');
  }
}
