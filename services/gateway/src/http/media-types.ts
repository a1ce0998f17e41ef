import type { FastifyRequest } from 'fastify';
import { invalid, Refusal } from '../errors/refusal.js';
import { isR4 } from '../fhir/version.js';

export const FHIR_JSON = 'application/fhir+json; charset=utf-8';
const ACCEPTED = new Set(['application/fhir+json', 'application/json', 'application/*', '*/*']);
const FORMATS = new Set([...ACCEPTED, 'json']);

/**
 * Checks that a caller takes FHIR's JSON, by `_format` or else by `Accept` (FHIR R4, 3.1.0.1.11).
 *
 * @throws SalusError `ERR_INVALID_ARGUMENT` (406)
 */
export function requireJson(request: FastifyRequest): void {
  const { _format: given } = request.query as { _format?: string | string[] };
  if (Array.isArray(given)) throw invalid('_format', '_format is given once');
  // A plus sign that nobody escaped reads as a space; media types have none.
  const format = given?.trim().replaceAll(' ', '+');
  const accept = format ?? request.headers.accept ?? '*/*';
  const known = format === undefined ? ACCEPTED : FORMATS;
  const isWanted = (one: string) => known.has(one.split(';')[0]?.trim().toLowerCase() ?? '');
  if (accept.split(',').some((one) => isWanted(one) && isR4(one))) return;
  throw new Refusal('ERR_INVALID_ARGUMENT', 'The gateway speaks application/fhir+json only', {
    status: 406,
    argument: format === undefined ? 'Accept' : '_format',
  });
}

/** What `Prefer` asks for (RFC 7240; FHIR R4, 3.1.0.1.8). */
export interface Preferences {
  readonly strict: boolean;
  readonly returns: 'minimal' | 'representation' | 'OperationOutcome';
  readonly async: boolean;
}

export function preferencesOf(request: FastifyRequest): Preferences {
  const { prefer } = request.headers;
  const words = [prefer]
    .flat()
    .join(',')
    .split(/[,;]/)
    .map((one) => one.trim());
  const returns = words.find((word) => word.startsWith('return='))?.slice('return='.length);
  return {
    strict: words.includes('handling=strict'),
    returns: returns === 'minimal' || returns === 'OperationOutcome' ? returns : 'representation',
    async: words.includes('respond-async'),
  };
}
