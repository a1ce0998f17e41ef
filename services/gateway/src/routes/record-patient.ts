import type { FastifyRequest } from 'fastify';
import { notFound } from '../errors/refusal.js';
import { referredPatient } from '../fhir/ids.js';
import { readSearch } from '../http/search.js';
import type { GatewayParts } from '../parts/gateway-parts.js';

/** The patient of the record that a path names. @throws SalusError `ERR_NOT_FOUND` */
export function patientOfRecord(
  request: FastifyRequest,
  { places }: GatewayParts,
  id: string,
): string {
  const { patient } = readSearch(request, ['patient']).values;
  const pseudonym = patient === undefined ? places.find(id) : referredPatient(patient);
  if (pseudonym !== undefined) return pseudonym;
  throw notFound('record; where it is new here, name its patient');
}
