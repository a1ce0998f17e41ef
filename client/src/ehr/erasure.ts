import type { EhrCalls, Query, Relay, Submit } from './calls.js';

/** Erasure: what opens and describes a record goes, its anchor stays. See `eraseRecords` in `src/erasure`. */
export interface ErasureCalls {
  /** Relays the patient's order (`ErasureOrder.v1`): from then on nothing is served of the records. */
  readonly eraseRecords: Relay<'eraseRecords'>;
  /**
   * Purges details, salts and sealed keys from one organisation's collection: of erased records, or where
   * consent lets it know them no longer. By the custodian or the holder; the holder's peers endorse it.
   */
  readonly purgeDetails: Submit<'purgeDetails'>;
  /** Tells whose peers still keep what describes or opens a record. */
  readonly getErasure: Query<'getErasure'>;
}

export function erasureCalls({ relays, submits, queries, home }: EhrCalls): ErasureCalls {
  const purge = submits('purgeDetails');
  return {
    eraseRecords: relays('eraseRecords'),
    purgeDetails: (request, options) =>
      purge(request, { endorsingOrganizations: [request.holder ?? home], ...options }),
    getErasure: queries('getErasure'),
  };
}
