import type { Resource } from '@medplum/fhirtypes';
import type { FastifyRequest } from 'fastify';
import { guardJson } from '@salus/fhir';
import { SalusError } from '@salus/protocol';
import { unsupportedMedia } from '../errors/refusal.js';
import { isR4 } from '../fhir/version.js';

/** The text of a JSON body. @throws SalusError `ERR_FHIR_INVALID` */
export function textOf(request: FastifyRequest): string {
  const { body } = request;
  requireFhirJson(request);
  if (typeof body === 'string' && body !== '') return body;
  throw new SalusError('ERR_FHIR_INVALID', 'The request carries no JSON', {
    argument: 'body',
    expected: 'application/fhir+json',
  });
}

/** @throws SalusError `ERR_FHIR_INVALID` (415) for another media type, or another version of FHIR */
function requireFhirJson({ headers, body }: FastifyRequest): void {
  const { 'content-type': contentType = '' } = headers;
  if (Buffer.isBuffer(body) && body.length > 0) {
    throw unsupportedMedia('Content-Type', 'The gateway takes application/fhir+json');
  }
  if (!isR4(contentType)) {
    throw unsupportedMedia('Content-Type', 'The gateway takes FHIR R4 (fhirVersion=4.0)');
  }
}

/** Members that are lists of elements wherever the gateway looks into them. */
const LISTS = [
  'content',
  'entry',
  'extension',
  'identifier',
  'parameter',
  'securityLabel',
] as const;

/**
 * Reads a resource of one of the types that are taken. Its elements are checked by whoever uses them.
 *
 * @throws SalusError `ERR_FHIR_INVALID`, `ERR_TOO_LARGE`
 */
export function resourceOf<T extends Resource>(
  request: FastifyRequest,
  ...types: readonly T['resourceType'][]
): T {
  const text = textOf(request);
  guardJson(text, 'The body');
  let value: unknown;
  try {
    value = JSON.parse(text) as unknown;
  } catch (cause) {
    // The parser's own message quotes the text, which may be a patient's.
    throw new SalusError('ERR_FHIR_INVALID', 'The body is not JSON', { argument: 'body', cause });
  }
  const type = (value as { resourceType?: unknown } | null)?.resourceType;
  if (typeof type === 'string' && types.includes(type as T['resourceType'])) {
    requireLists(value as Readonly<Record<string, unknown>>);
    return value as T;
  }
  throw new SalusError('ERR_FHIR_INVALID', `The body is no ${types.join(' or ')}`, {
    argument: 'resourceType',
  });
}

function requireLists(resource: Readonly<Record<string, unknown>>): void {
  for (const name of LISTS) {
    const list = resource[name];
    // A Bundle has one identifier, and nobody looks into it here (FHIR R4, 2.36).
    const isSingle = name === 'identifier' && resource['resourceType'] === 'Bundle';
    if (list === undefined || isSingle) continue;
    const isElement = (one: unknown) => typeof one === 'object' && one !== null;
    if (Array.isArray(list) && list.every(isElement)) continue;
    throw new SalusError('ERR_FHIR_INVALID', `${name} is no list of elements`, { argument: name });
  }
}
