import type { GetRecordRequest, ReadDetails } from '@salus/protocol/ehr';
import { unwrap } from '../errors/unwrap.js';
import type { EhrClient } from './ehr-client.js';

/**
 * What the caller's own organisation holds of a record: it keeps the record, or consent has let it know.
 *
 * @returns undefined where it holds nothing, or may not know
 * @throws SalusError of the ledger, where it can't be asked
 */
export async function ownDetails(
  ledger: Pick<EhrClient, 'readDetails'>,
  { pseudonym, recordId }: GetRecordRequest,
): Promise<ReadDetails | undefined> {
  try {
    return await ledger.readDetails({ pseudonym, recordId });
  } catch (error) {
    const { code } = unwrap(error);
    if (code === 'ERR_FORBIDDEN' || code === 'ERR_DETAILS_MISSING') return undefined;
    throw error;
  }
}
