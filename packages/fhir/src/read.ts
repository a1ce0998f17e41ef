import { ownOf, SalusError } from '@salus/protocol';
import { guardJson } from './json-guard.js';
import { jsonFaultAt } from './json-fault.js';
import { elementSpans, memberSpans, skipSpace, type Span } from './json-spans.js';
import { resourceSchema, type ImportedResource } from './resource.js';

/** Limits of one import; what exceeds them is refused before anything is written. */
export const fhirLimits = {
  fileBytes: 64 * 1024 * 1024,
  resourceBytes: 8 * 1024 * 1024,
  resources: 50_000,
} as const;

/**
 * Splits FHIR text into its resources and keeps each one's own bytes.
 *
 * @param origin - how errors name the text
 * @throws SalusError `ERR_FHIR_INVALID`, `ERR_TOO_LARGE`
 */
export function readFhirText(given: string, origin: string): readonly ImportedResource[] {
  // A byte order mark says nothing in UTF-8, and JSON has none (RFC 8259, section 8.1).
  const text = given.replace(/^\uFEFF/, '');
  if (text.length > fhirLimits.fileBytes) throw tooLarge(origin, text.length, fhirLimits.fileBytes);
  guardJson(text, origin);
  const value = parseOrUndefined(text);
  const resources =
    value === undefined
      ? readLines(linesIn(text, origin), origin)
      : readValue(value, { start: skipSpace(text, 0), end: text.trimEnd().length }, text, origin);
  if (resources.length === 0) throw invalidFhir(origin, 'it holds no resource');
  if (resources.length > fhirLimits.resources) {
    throw tooLarge(origin, resources.length, fhirLimits.resources, 'resources');
  }
  return resources;
}

function parseOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Lines of NDJSON. Where the first one is no JSON by itself, the text was meant to be one JSON. */
function linesIn(text: string, origin: string): readonly string[] {
  const lines = text.split('\n');
  const first = lines.find((line) => line.trim() !== '');
  if (first !== undefined && parseOrUndefined(first) !== undefined) return lines;
  throw noJson(text, origin);
}

/** Tells the place, and nothing of the text. */
function noJson(
  text: string,
  origin: string,
  { line }: { readonly line?: number } = {},
): SalusError {
  const fault = jsonFaultAt(text);
  const place = fault && `at line ${line ?? fault.line}, column ${fault.column}`;
  return invalidFhir(origin, `it is not JSON${place === undefined ? '' : ` ${place}`}`);
}

/** NDJSON (FHIR bulk data): a resource a line. */
function readLines(lines: readonly string[], origin: string): ImportedResource[] {
  return lines.flatMap((line, index) => {
    const trimmed = line.trim();
    if (trimmed === '') return [];
    const where = `${origin}, line ${index + 1}`;
    const value = parseOrUndefined(trimmed);
    if (value === undefined) throw noJson(trimmed, where, { line: index + 1 });
    return readValue(value, { start: 0, end: trimmed.length }, trimmed, where);
  });
}

function readValue(value: unknown, span: Span, text: string, origin: string): ImportedResource[] {
  const isBundle =
    typeof value === 'object' &&
    value !== null &&
    'resourceType' in value &&
    value.resourceType === 'Bundle';
  if (!isBundle) return [readResource(value, span, { text, origin })];
  const entries = memberSpans(text, span.start).get('entry');
  if (!entries) throw invalidFhir(origin, 'the bundle has no entry');
  if (text.charAt(entries.start) !== '[') throw invalidFhir(origin, 'entry is not a list');
  return elementSpans(text, entries.start).map((entry, index) => {
    const where = `${origin}, entry[${index}]`;
    if (text.charAt(entry.start) !== '{') throw invalidFhir(where, 'it is not an object');
    const members = memberSpans(text, entry.start);
    const resource = members.get('resource');
    if (!resource) throw invalidFhir(where, 'it has no resource');
    const url = members.get('fullUrl');
    const fullUrl: unknown = url && JSON.parse(text.slice(url.start, url.end));
    const read = readResource(JSON.parse(text.slice(resource.start, resource.end)), resource, {
      text,
      origin: where,
    });
    return typeof fullUrl === 'string' ? { ...read, fullUrl } : read;
  });
}

function readResource(
  value: unknown,
  { start, end }: Span,
  { text, origin }: { readonly text: string; readonly origin: string },
): ImportedResource {
  const parsed = resourceSchema.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const path = issue?.path.join('.') ?? '';
    const isList = Array.isArray(value);
    const why = isList ? 'it is a list' : `${path === '' ? 'it' : path} is no ${formOf(path)}`;
    throw invalidFhir(origin, why);
  }
  const own = text.slice(start, end);
  const size = Buffer.byteLength(own);
  if (size > fhirLimits.resourceBytes) throw tooLarge(origin, size, fhirLimits.resourceBytes);
  const { resourceType, id } = parsed.data;
  return {
    resource: parsed.data,
    text: own,
    name: `${resourceType}/${id ?? origin}`,
    origin,
  };
}

/** What an element of every resource is to be. */
function formOf(path: string): string {
  const forms: Readonly<Record<string, string>> = {
    '': 'object',
    resourceType: 'type of FHIR',
    id: 'id of FHIR (1 to 64 letters, digits, "-" and ".")',
    meta: 'Meta',
  };
  return ownOf(forms, path) ?? 'element of that form';
}

/** The error of text that is not FHIR. */
export function invalidFhir(origin: string, why: string, cause?: unknown): SalusError {
  return new SalusError('ERR_FHIR_INVALID', `${origin} is not FHIR: ${why}`, {
    argument: 'bundle',
    expected: 'a FHIR R4 Bundle, resource or NDJSON in JSON',
    ...(cause !== undefined && { cause }),
  });
}

/** The error of what exceeds {@link fhirLimits}. */
export function tooLarge(origin: string, got: number | undefined, limit: number, unit = 'bytes') {
  return new SalusError('ERR_TOO_LARGE', `${origin} is larger than ${limit} ${unit}`, {
    argument: 'bundle',
    expected: `at most ${limit} ${unit}`,
    ...(got !== undefined && { got: `${got} ${unit}` }),
  });
}
