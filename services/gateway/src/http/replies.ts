import type { Resource } from '@medplum/fhirtypes';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { canonicalJson, sha256Hex } from '@salus/protocol';
import type { GatewayParts } from '../parts/gateway-parts.js';
import { released } from './exchange.js';
import { FHIR_JSON } from './media-types.js';

/** Base address under which the caller reaches FHIR here. */
export function baseOf(request: FastifyRequest, { settings }: GatewayParts): string {
  return `${settings.publicUrl ?? `${request.protocol}://${request.host}`}/fhir`.replace(
    '//fhir',
    '/fhir',
  );
}

/** ETag of a resource: its version, or else what it says. */
export function etagOf(resource: Resource): string {
  const version = resource.meta?.versionId ?? sha256Hex(canonicalJson(resource)).slice(0, 16);
  return `W/"${version}"`;
}

/** Sends a resource, or 304 where the caller has it already (FHIR R4, 3.1.0.5). */
export async function sendResource(
  request: FastifyRequest,
  reply: FastifyReply,
  resource: Resource,
): Promise<FastifyReply> {
  // Nor is it told whether what the caller may not have has changed.
  released(request, resource);
  const etag = etagOf(resource);
  void reply.header('etag', etag);
  const { lastUpdated } = resource.meta ?? {};
  if (lastUpdated !== undefined) {
    void reply.header('last-modified', new Date(lastUpdated).toUTCString());
  }
  if (request.headers['if-none-match'] === etag) return reply.status(304).send();
  return reply.type(FHIR_JSON).send(resource);
}

/** Sends something that is no single resource with a version, e.g. a Bundle. */
export async function sendJson(
  reply: FastifyReply,
  value: unknown,
  status = 200,
): Promise<FastifyReply> {
  return reply.status(status).type(FHIR_JSON).send(value);
}
