import type { EhrClient } from '../ehr/ehr-client.js';

/** What purges go by. */
export type PurgeLedger = Pick<EhrClient, 'getErasure' | 'purgeDetails'>;

/** What one purge found wrong. */
export interface PurgeFault {
  readonly holder: string;
  readonly records: readonly string[];
  readonly cause: unknown;
}

/** What was purged of erased records. */
export interface Purged {
  /** Copies that are gone, the custodian's own among them. */
  readonly purged: number;
  /** One holder's peers that are away keep nothing at the others. */
  readonly faults: readonly PurgeFault[];
}

/**
 * Purges what describes and opens erased records, by their custodian: wherever the ledger tells that it still
 * lies. What is gone already is left alone.
 *
 * @throws SalusError of the ledger
 */
export async function purgeErased(
  { pseudonym, records }: { readonly pseudonym: string; readonly records: readonly string[] },
  ledger: PurgeLedger,
): Promise<Purged> {
  const held = new Map<string, string[]>();
  for (const recordId of records) {
    const { holders } = await ledger.getErasure({ pseudonym, recordId });
    for (const holder of holders) held.set(holder, [...(held.get(holder) ?? []), recordId]);
  }
  const faults: PurgeFault[] = [];
  let purged = 0;
  for (const [holder, of] of held) {
    for (let start = 0; start < of.length; start += MOST_AT_ONCE) {
      const batch = of.slice(start, start + MOST_AT_ONCE);
      try {
        await ledger.purgeDetails({ pseudonym, records: batch, holder });
        purged += batch.length;
      } catch (cause) {
        faults.push({ holder, records: batch, cause });
      }
    }
  }
  return { purged, faults };
}

/** As many as one transaction takes. */
const MOST_AT_ONCE = 100;
