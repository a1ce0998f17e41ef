import type { FastifyRequest } from 'fastify';
import { invalid } from '../errors/refusal.js';
import { preferencesOf } from './media-types.js';

/** Parameters of every search: about the answer, not about what is searched. */
const COMMON = new Set(['_count', '_page', '_format', '_pretty', '_total', '_summary']);
const DEFAULT_COUNT = 20;
export const MAX_COUNT = 100;

/** A search, from its query or the form of `_search`. */
export interface Search {
  /** Values of the parameters that the search knows. */
  readonly values: Readonly<Record<string, string | undefined>>;
  readonly count: number;
  /** Whether the number alone is asked for (`_summary=count`). */
  readonly isCount: boolean;
  /** Values of the parameters that may be given several times, each of which has to be met. */
  readonly all: Readonly<Record<string, readonly string[] | undefined>>;
  /** Where the page begins, as {@link pageLink} gave it out. */
  readonly bookmark: string;
  /** The parameters as they were understood, for the links. */
  readonly query: URLSearchParams;
}

/**
 * Reads a search. Parameters that it doesn't know are ignored, or refused with
 * `Prefer: handling=strict` (FHIR R4, 3.1.1.3.1).
 *
 * @throws SalusError `ERR_INVALID_ARGUMENT`
 */
export function readSearch(
  request: FastifyRequest,
  known: readonly string[],
  repeated: readonly string[] = [],
): Search {
  const given = new URLSearchParams(request.url.split('?')[1] ?? '');
  if (request.method === 'POST' && Buffer.isBuffer(request.body)) {
    for (const [name, value] of new URLSearchParams(request.body.toString('utf8'))) {
      given.append(name, value);
    }
  }
  const query = new URLSearchParams();
  const values: Record<string, string> = Object.create(null) as Record<string, string>;
  const all: Record<string, string[]> = Object.create(null) as Record<string, string[]>;
  for (const [name, value] of given) {
    if (repeated.includes(name)) (all[name] ??= []).push(value);
    else if (known.includes(name)) {
      if (values[name] !== undefined) throw invalid(name, `${name} is given once`);
      values[name] = value;
    } else if (!COMMON.has(name)) {
      if (preferencesOf(request).strict) throw invalid('query', 'A parameter is not known here');
      continue;
    }
    if (name !== '_page') query.append(name, value);
  }
  const bookmark = given.get('_page') ?? '';
  const isCount = given.get('_summary') === 'count';
  const count = readCount(given.get('_count'));
  return { values, all, query, count, isCount, bookmark: decode(bookmark) };
}

/** The relative link of a page. */
export function pageLink(path: string, { query }: Search, bookmark = ''): string {
  const all = new URLSearchParams(query);
  if (bookmark !== '') all.set('_page', Buffer.from(bookmark).toString('base64url'));
  const text = all.toString();
  return text === '' ? path : `${path}?${text}`;
}

function readCount(text: string | null): number {
  if (text === null) return DEFAULT_COUNT;
  if (!/^\d{1,6}$/.test(text)) throw invalid('_count', '_count is a whole number');
  return Math.min(MAX_COUNT, Number(text));
}

function decode(page: string): string {
  if (/^[A-Za-z0-9_-]{0,2048}$/.test(page)) return Buffer.from(page, 'base64url').toString('utf8');
  throw invalid('_page', 'The page is not one that the gateway gave out');
}

/** A token parameter: `system|value`, or a value alone. */
export function readToken(text: string): { readonly system?: string; readonly value: string } {
  const bar = text.indexOf('|');
  if (bar === -1) return { value: text };
  return { system: text.slice(0, bar), value: text.slice(bar + 1) };
}
