import { answerOf, type SignedAnswers, type SignedTrail, type TrailOptions } from '@salus/proofs';
import type { Page } from '@salus/protocol';
import type { AuditEntry } from '@salus/protocol/ehr';
import type { ReceiptSource } from './collect-receipt.js';
import { collectSignedAnswers } from './collect-signed-answers.js';

const PAGE_SIZE = 100;

/** One page, signed; what a portal hands out. @throws SalusError as {@link collectSignedAnswers} */
export function collectTrailPage(
  client: ReceiptSource,
  {
    pseudonym,
    chaincode = 'ehr',
    pageSize = PAGE_SIZE,
    bookmark = '',
  }: TrailOptions & { readonly pageSize?: number; readonly bookmark?: string },
): Promise<SignedAnswers> {
  const request = { pseudonym, pageSize, ...(bookmark !== '' && { bookmark }) };
  return collectSignedAnswers(client, { contract: chaincode, transaction: 'auditTrail', request });
}

/**
 * The whole audit trail of a patient, each page under the signatures of peers of more than half of the
 * channel's organisations.
 *
 * @throws SalusError as {@link collectSignedAnswers}
 */
export async function collectSignedTrail(
  client: ReceiptSource,
  options: TrailOptions,
): Promise<SignedTrail> {
  const pages: SignedAnswers[] = [];
  for (let bookmark = ''; ;) {
    const page = await collectTrailPage(client, { ...options, bookmark });
    pages.push(page);
    ({ bookmark } = answerOf(page) as Page<AuditEntry>);
    if (bookmark === '') return { type: 'SignedTrail.v1', pages };
  }
}
