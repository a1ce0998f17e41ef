import type { Resource } from '@medplum/fhirtypes';
import type { FastifyRequest } from 'fastify';
import { guardJson, SalusError } from '@salus/client';

/** The text of a JSON body. @throws SalusError `ERR_FHIR_INVALID` */
export function textOf(request: FastifyRequest): string {
  const { body } = request;
  if (typeof body === 'string' && body !== '') return body;
  throw new SalusError('ERR_FHIR_INVALID', 'The request carries no JSON', {
    argument: 'body',
    expected: 'application/fhir+json',
  });
}

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
  if (typeof type === 'string' && types.includes(type as T['resourceType'])) return value as T;
  throw new SalusError('ERR_FHIR_INVALID', `The body is no ${types.join(' or ')}`, {
    argument: 'resourceType',
  });
}
