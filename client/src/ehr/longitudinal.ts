import { generateHpkeKeyPair } from '@salus/crypto/hpke';
import type {
  Decision,
  HealthRecord,
  RecordDetails,
  RequestAccessRequest,
} from '@salus/protocol/ehr';
import type { EhrClient } from './ehr-client.js';
import { ownDetails } from './own-details.js';

/** Which of the records that may be read; every criterion given has to be met. */
export interface RecordFilter {
  readonly categories?: readonly string[];
  readonly fhirTypes?: readonly string[];
  readonly contentTypes?: readonly string[];
  /** MSP IDs. */
  readonly custodians?: readonly string[];
  readonly episode?: string;
  readonly practitioner?: string;
  /** Care that ended at or after this time, ... */
  readonly from?: string;
  /** ... and began before this one. ISO 8601. */
  readonly until?: string;
  /** Versions that were amended too; left out unless asked for. */
  readonly allVersions?: boolean;
}

/** Whose records, what for, and which. */
export interface LongitudinalQuery extends Pick<RequestAccessRequest, 'pseudonym' | 'purpose'> {
  readonly filter?: RecordFilter;
}

/** A record that the caller would be permitted to read now. */
export interface ReadableRecord {
  readonly record: HealthRecord;
  /** Left out where the own organisation sees no private details. */
  readonly details?: RecordDetails;
  /** By evaluation: it opens nothing; reading asks for a decision that is recorded. */
  readonly decision: Decision;
}

export type LongitudinalLedger = Pick<EhrClient, 'records' | 'readDetails' | 'evaluateAccess'>;

/** Records that are decided on at a time. */
const PARALLEL = 8;

/**
 * A patient's records across all institutions, as far as the caller may read them. The contract's rule
 * decides on each, without a trace on the ledger. Records that may not be read are neither shown nor
 * counted, so that a total tells nothing of them. A filter on details passes over records whose details the
 * own organisation doesn't see.
 *
 * @example
 * for await (const { record, details } of readableRecords(client.ehr, { pseudonym, purpose: 'TREAT' })) ...
 */
export async function* readableRecords(
  ehr: LongitudinalLedger,
  { pseudonym, purpose, filter = {} }: LongitudinalQuery,
): AsyncGenerator<ReadableRecord, void> {
  // Nothing is ever sealed to it.
  const { publicKey: hpkePublicKey } = await generateHpkeKeyPair();
  const judge = async (record: HealthRecord): Promise<ReadableRecord | undefined> => {
    const { recordId } = record;
    const decision = await ehr.evaluateAccess({ pseudonym, recordId, purpose, hpkePublicKey });
    if (!decision.permitted) return undefined;
    const details = (await ownDetails(ehr, record))?.details;
    if (!matches(filter, details)) return undefined;
    return { record, ...(details && { details }), decision };
  };
  for await (const batch of batchesOf(ehr.records(pseudonym), filter)) {
    for (const one of await Promise.all(batch.map(judge))) {
      if (one !== undefined) yield one;
    }
  }
}

async function* batchesOf(
  records: AsyncIterable<HealthRecord>,
  { allVersions = false, custodians }: RecordFilter,
): AsyncGenerator<readonly HealthRecord[], void> {
  let batch: HealthRecord[] = [];
  for await (const record of records) {
    const { amendedBy, erasedAt, custodian } = record;
    if (erasedAt !== undefined || (amendedBy !== undefined && !allVersions)) continue;
    if (custodians?.includes(custodian) === false) continue;
    batch.push(record);
    if (batch.length < PARALLEL) continue;
    yield batch;
    batch = [];
  }
  yield batch;
}

function matches(filter: RecordFilter, details?: RecordDetails): boolean {
  const { categories, fhirTypes, contentTypes, episode, practitioner, from, until } = filter;
  const { start, end = start } = details?.careTime ?? {};
  const isOneOf = (allowed: readonly string[] | undefined, value: string | undefined) =>
    allowed === undefined || (value !== undefined && allowed.includes(value));
  const time = (text: string | undefined) => (text === undefined ? NaN : Date.parse(text));
  return (
    isOneOf(categories, details?.category) &&
    isOneOf(fhirTypes, details?.fhirType) &&
    isOneOf(contentTypes, details?.contentType) &&
    isOneOf(episode === undefined ? undefined : [episode], details?.episode) &&
    isOneOf(
      practitioner === undefined ? undefined : [practitioner],
      details?.author?.practitioner,
    ) &&
    (from === undefined || time(end) >= time(from)) &&
    (until === undefined || time(start) < time(until))
  );
}
