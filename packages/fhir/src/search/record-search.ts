import { invalidArgument } from '@salus/protocol';
import type { Decision, HealthRecord, RecordDetails } from '@salus/protocol/ehr';
import { spanOf } from '../fhir-time.js';
import { labelsOf, labelText } from '../labels.js';
import type { FhirResource } from '../resource.js';
import { meetsDate, parseDate, type DateCriterion } from './date-criterion.js';

/** A record of the longitudinal view, as `readableRecords` gives it. */
export interface LongitudinalEntry {
  readonly record: HealthRecord;
  /** Left out where the own organisation sees no private details. */
  readonly details?: RecordDetails;
  readonly decision: Pick<Decision, 'permitted'>;
  /** The content, where it is FHIR and was opened. */
  readonly resource?: FhirResource;
}

/** A query on a patient's records; each criterion has to be met, by any value of its list. */
export interface RecordSearch {
  readonly categories?: readonly string[];
  readonly types?: readonly string[];
  readonly custodians?: readonly string[];
  readonly authors?: readonly string[];
  readonly episodes?: readonly string[];
  /** `system|code`, or a code alone. */
  readonly labels?: readonly string[];
  readonly dates: readonly DateCriterion[];
  readonly lastUpdated: readonly DateCriterion[];
  /** Versions that were amended too. */
  readonly history: boolean;
  readonly summary: boolean;
  readonly provenance: boolean;
  readonly sort: SortOrder;
  readonly count: number;
  readonly page?: string;
  /** The parameters as they were understood, without the page. */
  readonly params: URLSearchParams;
}

export const sortOrders = ['-date', 'date', '-_lastUpdated', '_lastUpdated'] as const;
export type SortOrder = (typeof sortOrders)[number];

const DEFAULT_COUNT = 50;
const MAX_COUNT = 500;
const KNOWN: ReadonlySet<string> = new Set([
  ...['category', '_type', 'custodian', 'author', 'episode', '_security', 'security-label', 'date'],
  ...['period', '_lastUpdated', '_history', '_summary', '_revinclude', '_sort', '_count', '_page'],
  ...['patient', 'subject', '_format', 'purpose'],
]);
/** Parameters that others read, and that links keep. */
const PASSED: ReadonlySet<string> = new Set(['patient', 'subject', 'purpose', '_format']);

/**
 * Reads the parameters of a search (FHIR R4, 3.1.1). What isn't known is refused, not ignored: a
 * filter that is passed over shows what nobody asked for.
 *
 * @throws SalusError `ERR_INVALID_ARGUMENT` naming the parameter
 */
export function parseRecordSearch(given: URLSearchParams): RecordSearch {
  const params = new URLSearchParams();
  for (const [name, value] of given) {
    if (!KNOWN.has(name)) throw invalidArgument(name, [...KNOWN].join(', '), 'another parameter');
    if (name !== '_page' && value !== '') params.append(name, value);
  }
  params.sort();
  const list = (...names: string[]) => {
    const values = names.flatMap((name) => params.getAll(name)).flatMap((one) => one.split(','));
    return values.length > 0 ? values : undefined;
  };
  const tokens = (...names: string[]) =>
    list(...names)?.map((value) => value.split('|').at(-1) ?? '');
  const dates = (...names: string[]) =>
    (list(...names) ?? []).map((text) => {
      const criterion = parseDate(text);
      if (criterion) return criterion;
      throw invalidArgument(
        names[0] ?? '',
        'a date with or without a prefix, e.g. ge2026-01',
        text,
      );
    });
  const lists = {
    categories: tokens('category'),
    types: list('_type'),
    custodians: tokens('custodian'),
    authors: tokens('author'),
    episodes: tokens('episode'),
    labels: list('_security', 'security-label'),
  };
  const page = given.get('_page');
  return {
    ...(Object.fromEntries(
      Object.entries(lists).filter(([, values]) => values !== undefined),
    ) as Partial<RecordSearch>),
    dates: dates('date', 'period'),
    lastUpdated: dates('_lastUpdated'),
    history: oneOf(params, '_history', ['true', 'false'], 'false') === 'true',
    summary: oneOf(params, '_summary', ['count', 'false'], 'false') === 'count',
    provenance:
      params.has('_revinclude') && oneOf(params, '_revinclude', ['Provenance:target'], '') !== '',
    sort: oneOf(params, '_sort', sortOrders, '-date'),
    count: countOf(params),
    ...(page !== null && { page }),
    params,
  };
}

function oneOf<T extends string>(
  params: URLSearchParams,
  name: string,
  allowed: readonly T[],
  otherwise: T,
): T {
  const value = params.get(name) ?? otherwise;
  if (value === otherwise || (allowed as readonly string[]).includes(value)) return value as T;
  throw invalidArgument(name, allowed.join(', '), value);
}

function countOf(params: URLSearchParams): number {
  const text = params.get('_count') ?? String(DEFAULT_COUNT);
  if (!/^\d{1,9}$/.test(text)) throw invalidArgument('_count', 'a whole number', text);
  // A server may give fewer than were asked for (FHIR R4, 3.1.1.5.1).
  return Math.min(Number(text), MAX_COUNT);
}

/** Parameters that say which records, without those that others read. */
export function ownParams({ params }: RecordSearch): [string, string][] {
  return [...params].filter(([name]) => !PASSED.has(name));
}

/** Whether a record is one of those that are asked for. A criterion on details that aren't seen isn't met. */
export function meets(search: RecordSearch, entry: LongitudinalEntry): boolean {
  const { record, details, resource } = entry;
  if (record.amendedBy !== undefined && !search.history) return false;
  const isAny = (asked: readonly string[] | undefined, ...values: (string | undefined)[]) =>
    asked === undefined || values.some((value) => value !== undefined && asked.includes(value));
  const labels = resource ? labelsOf(resource) : (details?.labels ?? []);
  const { author } = details ?? {};
  const type = resource?.resourceType ?? details?.fhirType;
  return (
    isAny(search.categories, details?.category) &&
    // What holds no FHIR is shown as a DocumentReference.
    isAny(search.types, type ?? 'DocumentReference') &&
    isAny(search.custodians, record.custodian) &&
    isAny(search.authors, author?.practitioner, author?.mspId) &&
    isAny(search.episodes, details?.episode) &&
    isAny(search.labels, ...labels.flatMap((label) => [labelText(label), label.code])) &&
    meetAll(search.dates, careSpan(entry)) &&
    meetAll(search.lastUpdated, spanOf(record.registeredAt))
  );
}

/** Time of care; undefined where nobody here knows. */
export function careSpan({ details }: LongitudinalEntry) {
  const start = spanOf(details?.careTime?.start);
  const end = spanOf(details?.careTime?.end) ?? start;
  return start && end && { from: start.from, to: end.to };
}

function meetAll(
  criteria: readonly DateCriterion[],
  span: { readonly from: number; readonly to: number } | undefined,
): boolean {
  return criteria.length === 0 || (span ? criteria.every((one) => meetsDate(one, span)) : false);
}
