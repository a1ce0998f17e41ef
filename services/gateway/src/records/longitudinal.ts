import type { BundleEntry, Resource } from '@medplum/fhirtypes';
import {
  readableRecords,
  type EhrClient,
  type ReadableRecord,
  type RecordFilter,
} from '@salus/client/ehr';
import { unwrap } from '@salus/client/errors';
import { type OpenedRecord, whole } from '@salus/client/records';
import type { RequestedPurpose, SalusError } from '@salus/protocol';
import type { RecordDetails } from '@salus/protocol/ehr';
import { httpMeaning } from '../errors/outcome.js';
import { matchEntry } from '../fhir/bundle.js';
import { documentReference } from '../fhir/document-reference.js';
import { firstVersion } from './versions.js';

const PARALLEL_READS = 4;
const FHIR_JSON = 'application/fhir+json';

/** What a caller may see of a patient's records. */
export interface View {
  readonly pseudonym: string;
  readonly purpose: RequestedPurpose;
  readonly filter: RecordFilter;
}

/** All records that the caller would be permitted to read now, in the order of their IDs. */
export async function readable(ehr: EhrClient, view: View): Promise<readonly ReadableRecord[]> {
  const found: ReadableRecord[] = [];
  for await (const one of readableRecords(ehr, view)) found.push(one);
  return found;
}

/** Records as DocumentReferences, as a searchset has them. */
export function documentEntries(
  ehr: EhrClient,
  base: string,
  records: readonly ReadableRecord[],
): Promise<BundleEntry[]> {
  return Promise.all(records.map((one) => documentEntry(ehr, base, one)));
}

async function documentEntry(
  ehr: EhrClient,
  base: string,
  { record, details }: ReadableRecord,
): Promise<BundleEntry> {
  const first = record.amends === undefined ? record : await firstVersion(ehr, record);
  return matchEntry(base, documentReference({ record, details, documentId: first.recordId }));
}

/** How a record without FHIR content is shown. */
export const DOCUMENT = 'DocumentReference';

/**
 * The type of the resource that a record's content is; `*` where the own organisation can't tell it before it
 * opens the record.
 */
export function contentTypeOf(
  details: Pick<RecordDetails, 'contentType' | 'fhirType'> | undefined,
): string {
  if (details !== undefined && details.contentType !== FHIR_JSON) return DOCUMENT;
  return details?.fhirType ?? '*';
}

/** Which record, and what for. */
export interface Wish {
  readonly pseudonym: string;
  readonly recordId: string;
  readonly purpose: RequestedPurpose;
  readonly signal?: AbortSignal;
}

export interface Reading {
  readonly ehr: EhrClient;
  readonly base: string;
  /** Opens a record for the caller, see `openRecord`. */
  readonly open: (wish: Wish) => Promise<OpenedRecord>;
  readonly purpose: RequestedPurpose;
  /** Whether the caller may have resources of a type, see {@link contentTypeOf}. */
  readonly mayHave: (type: string) => boolean;
}

/** Records of which the caller may have the content's type, or else the description. */
export function showable(
  records: readonly ReadableRecord[],
  mayHave: Reading['mayHave'],
): readonly ReadableRecord[] {
  return records.filter(({ details }) => {
    const type = contentTypeOf(details);
    return mayHave(type) || (type === '*' && mayHave(DOCUMENT));
  });
}

/**
 * Records' contents as a searchset's entries: FHIR resources as they are, other content by its
 * DocumentReference. Each reading is a decision on the ledger. A record that can't be read is told as an
 * outcome, and hinders no other.
 */
export async function contentEntries(
  records: readonly ReadableRecord[],
  reading: Reading,
): Promise<BundleEntry[]> {
  const entries: BundleEntry[] = [];
  for (let start = 0; start < records.length; start += PARALLEL_READS) {
    const some = records.slice(start, start + PARALLEL_READS);
    entries.push(...(await Promise.all(some.map((one) => contentEntry(one, reading)))));
  }
  return entries;
}

async function contentEntry(readableOne: ReadableRecord, reading: Reading): Promise<BundleEntry> {
  const { record, details } = readableOne;
  const { ehr, base, open, purpose, mayHave } = reading;
  const type = contentTypeOf(details);
  // What might turn out to be of a type that the caller may not have is not opened.
  if (type === DOCUMENT || !mayHave(type)) {
    return documentEntry(ehr, base, readableOne);
  }
  const { pseudonym, recordId } = record;
  try {
    const opened = await open({ pseudonym, recordId, purpose });
    if (opened.details.contentType !== FHIR_JSON) {
      return await documentEntry(ehr, base, { ...readableOne, details: opened.details });
    }
    const bytes = await whole(opened.pieces);
    const resource = JSON.parse(bytes.toString('utf8')) as Resource;
    if (resource.id !== undefined) return matchEntry(base, resource);
    return { fullUrl: `urn:salus:record:${recordId}`, resource, search: { mode: 'match' } };
  } catch (error) {
    return failure(recordId, unwrap(error));
  }
}

function failure(recordId: string, { code, message }: SalusError): BundleEntry {
  const unforeseen = httpMeaning(code).status === 500;
  return {
    search: { mode: 'outcome' },
    resource: {
      resourceType: 'OperationOutcome',
      issue: [
        {
          severity: 'warning',
          code: httpMeaning(code).issue,
          details: {
            coding: [{ code }],
            text: unforeseen ? 'The record could not be read' : message,
          },
          expression: [`Binary/${recordId}`],
        },
      ],
    },
  };
}

/** One page of records, and what the next one is asked for with. */
export interface RecordPage {
  readonly records: readonly ReadableRecord[];
  readonly next?: string;
}

/**
 * A page of a list that is made anew for each page. It goes on after the last record of the page before. So
 * none is lost or doubled when others come to be readable, or cease to, in between.
 *
 * @param after - ID of that last record; empty for the first page
 */
export function pageOf(all: readonly ReadableRecord[], after: string, count: number): RecordPage {
  const rest = all
    .filter(({ record }) => after === '' || record.recordId > after)
    .sort((left, right) => (left.record.recordId < right.record.recordId ? -1 : 1));
  const records = rest.slice(0, count);
  const last = rest.length > count ? records.at(-1) : undefined;
  return { records, ...(last && { next: last.record.recordId }) };
}
