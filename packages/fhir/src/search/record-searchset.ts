import { organisationReference, practitionerReference } from '../ids.js';
import { labelsOf, labelText } from '../labels.js';
import type { FhirResource } from '../resource.js';
import { SYSTEM } from '../systems.js';
import { openBookmark, sealBookmark } from './bookmark.js';
import {
  careSpan,
  meets,
  ownParams,
  type LongitudinalEntry,
  type RecordSearch,
} from './record-search.js';

/** How records are shown. */
export interface RecordView {
  /** Of the server, without a slash at the end. */
  readonly baseUrl: string;
  /** What was asked, for links: `DocumentReference`, or `Patient/{id}/$everything`. */
  readonly path: string;
  /** 32 random bytes that seal the bookmarks in links. */
  readonly bookmarkKey: Uint8Array;
  /** Whose records these are: a bookmark is of one patient's alone. */
  readonly pseudonym: string;
  /** Stands for a record whose content wasn't opened, or is no FHIR. */
  readonly documentOf: (entry: LongitudinalEntry) => FhirResource;
}

/**
 * A patient's records across all institutions as a FHIR R4 searchset. Records that may not be read, and
 * erased ones, are neither shown nor counted; `total` counts all pages. Pages go on where the last one
 * ended, though records came or went in between.
 *
 * @throws SalusError `ERR_INVALID_ARGUMENT` for a bookmark of another query
 * @example
 * const search = parseRecordSearch(new URLSearchParams('category=laboratory&date=ge2026'));
 * const bundle = await recordSearchset(readableRecords(client.ehr, { pseudonym, purpose }), search, view);
 */
export async function recordSearchset(
  entries: AsyncIterable<LongitudinalEntry> | Iterable<LongitudinalEntry>,
  search: RecordSearch,
  view: RecordView,
): Promise<FhirResource> {
  const found: Ordered[] = [];
  let total = 0;
  for await (const entry of entries) {
    const { decision, record } = entry;
    if (!decision.permitted || record.erasedAt !== undefined || !meets(search, entry)) continue;
    total += 1;
    if (!search.summary) found.push({ entry, place: placeOf(entry, search) });
  }
  const query = JSON.stringify([view.pseudonym, ownParams(search)]);
  const link = (page?: string) => {
    const params = new URLSearchParams(search.params);
    if (page !== undefined) params.set('_page', page);
    const text = params.toString();
    return `${view.baseUrl}/${view.path}${text === '' ? '' : `?${text}`}`;
  };
  const self = { relation: 'self', url: link(search.page) };
  const base = { resourceType: 'Bundle', type: 'searchset', total };
  if (search.summary || search.count === 0) return { ...base, link: [self] };
  const descending = search.sort.startsWith('-');
  found.sort((one, other) => compare(one.place, other.place) * (descending ? -1 : 1));
  const after =
    search.page === undefined ? undefined : openBookmark(view.bookmarkKey, query, search.page);
  const start = after
    ? found.findIndex(({ place }) => compare(place, after) * (descending ? -1 : 1) > 0)
    : 0;
  const shown = start === -1 ? [] : found.slice(start, start + search.count);
  const last = shown.at(-1);
  const isLast = start === -1 || start + search.count >= found.length;
  const next =
    last && !isLast
      ? [{ relation: 'next', url: link(sealBookmark(view.bookmarkKey, query, last.place)) }]
      : [];
  const matches = shown.map(({ entry }) => matchOf(entry, view));
  const included = search.provenance
    ? shown.map(({ entry }, index) => provenanceOf(entry, matches[index]?.fullUrl ?? '', view))
    : [];
  const entry = [...matches, ...included];
  return { ...base, link: [self, ...next], ...(entry.length > 0 && { entry }) };
}

interface Ordered {
  readonly entry: LongitudinalEntry;
  /** Sort key, made one among all by the record's ID. */
  readonly place: readonly [string, string];
}

function placeOf(entry: LongitudinalEntry, { sort }: RecordSearch): readonly [string, string] {
  const { record } = entry;
  const care = sort.endsWith('date') ? careSpan(entry) : undefined;
  // Where nobody knows the time of care, it is told by when it was registered.
  const time = care ? new Date(care.from).toISOString() : record.registeredAt;
  return [time, record.recordId];
}

function compare(one: readonly string[], other: readonly string[]): number {
  const [time = '', id = ''] = one;
  const [otherTime = '', otherId = ''] = other;
  const apart = Date.parse(time) - Date.parse(otherTime);
  if (apart !== 0) return apart;
  return id === otherId ? 0 : id < otherId ? -1 : 1;
}

interface BundleEntry {
  readonly fullUrl: string;
  readonly resource: FhirResource;
  readonly search: { readonly mode: 'match' | 'include' };
}

function matchOf(entry: LongitudinalEntry, view: RecordView): BundleEntry {
  const { record, details, resource } = entry;
  const shown = resource ?? view.documentOf(entry);
  const security = mergedLabels(resource ? labelsOf(resource) : [], details?.labels ?? []);
  return {
    fullUrl: fullUrlOf(entry, shown, view),
    resource: {
      ...shown,
      meta: {
        ...shown.meta,
        versionId: String(record.version),
        lastUpdated: record.registeredAt,
        ...(security.length > 0 && { security }),
      },
    },
    search: { mode: 'match' },
  };
}

/**
 * Two institutions may have given the same ID. Each custodian's resources have a base of their own, at
 * which their references to each other resolve (FHIR R4, 2.36.4.1).
 */
function fullUrlOf(
  { record, resource }: LongitudinalEntry,
  shown: FhirResource,
  { baseUrl }: RecordView,
): string {
  const path = `${shown.resourceType}/${shown.id ?? record.recordId}`;
  return resource ? `${baseUrl}/custodian/${record.custodian}/${path}` : `${baseUrl}/${path}`;
}

function mergedLabels(...lists: readonly (readonly { system: string; code: string }[])[]) {
  const all = lists.flat().map((label) => [labelText(label), label] as const);
  return [...new Map(all).values()];
}

/** Who vouches for a record: its custodian since when, and its author. */
function provenanceOf(
  { record, details }: LongitudinalEntry,
  target: string,
  { baseUrl }: RecordView,
): BundleEntry {
  const { recordId, custodian, registeredAt } = record;
  const { practitioner, mspId } = details?.author ?? {};
  const agent = (code: string, who: object) => ({
    type: {
      coding: [
        { system: 'http://terminology.hl7.org/CodeSystem/provenance-participant-type', code },
      ],
    },
    who,
  });
  const author =
    practitioner === undefined
      ? mspId && organisationReference(mspId)
      : practitionerReference(practitioner);
  const id = recordId.replace(/[^A-Za-z0-9.-]/g, '.');
  return {
    fullUrl: `${baseUrl}/Provenance/${id}`,
    resource: {
      resourceType: 'Provenance',
      id,
      target: [{ reference: target }],
      recorded: registeredAt,
      activity: {
        coding: [
          {
            system: 'http://terminology.hl7.org/CodeSystem/v3-DataOperation',
            code: record.version === 1 ? 'CREATE' : 'UPDATE',
          },
        ],
      },
      agent: [
        agent('custodian', organisationReference(custodian)),
        ...(author ? [agent('author', author)] : []),
      ],
      entity: [
        {
          role: 'source',
          // The ciphertext's hash, as it stands on the ledger.
          what: { identifier: { system: SYSTEM.uri, value: `urn:sha256:${record.contentHash}` } },
        },
      ],
    },
    search: { mode: 'include' },
  };
}
