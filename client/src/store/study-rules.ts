import { denied } from '../service/access-check.js';
import type { LedgerView } from './ledger-view.js';
import type { ContentRequest } from './rules.js';

/**
 * A study's contributions go to the organisations of its participants, any of which may close it.
 * @throws SalusError `ERR_NO_DECISION`, or the ledger's `ERR_NOT_FOUND`
 */
export async function checkStudyContent(
  studyId: string,
  { asker, hash }: ContentRequest,
  ledger: Pick<LedgerView, 'getStudy'>,
): Promise<void> {
  const { participants } = await ledger.getStudy(studyId);
  const isContributed = participants.some((one) => one.contribution?.ciphertextHash === hash);
  if (!isContributed) throw denied('it is no contribution to the study');
  if (participants.some(({ mspId }) => mspId === asker.mspId)) return;
  throw denied('the organisation does not take part in the study');
}
