import {
  MAX_COPIES,
  type Copies,
  type CopiesRequest,
  type RecordCopies,
} from '@salus/protocol/ehr';
import type { EhrClient } from '../ehr/ehr-client.js';

/**
 * Which organisations hold copies of a patient's records, and which are to.
 *
 * @returns batches, each of as many records as the ledger answers for at once
 * @throws SalusError of the ledger
 */
export async function* copiesInBatches(
  ledger: Pick<EhrClient, 'listCopies'>,
  { pseudonym, records }: { readonly pseudonym: string; readonly records: readonly string[] },
): AsyncGenerator<Copies, void> {
  for (let start = 0; start < records.length; start += MAX_COPIES) {
    const batch: CopiesRequest['records'] = records.slice(start, start + MAX_COPIES);
    yield await ledger.listCopies({ pseudonym, records: batch });
  }
}

/** IDs of records by the organisation that is to get a copy (`due`), or to lose it (`over`). */
export function recordsByHolder(
  copies: readonly RecordCopies[],
  kind: 'due' | 'over',
): ReadonlyMap<string, string[]> {
  const records = new Map<string, string[]>();
  for (const one of copies) {
    for (const holder of one[kind]) {
      records.set(holder, [...(records.get(holder) ?? []), one.recordId]);
    }
  }
  return records;
}
