import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { openRecord, whole } from '@salus/client/records';
import { purposeOf, sessionFor } from '../http/context.js';
import { sendJson } from '../http/replies.js';
import type { GatewayParts } from '../parts/gateway-parts.js';
import { disclose } from '../records/disclose.js';
import { patientOfRecord } from './record-patient.js';
import { addRoute, parameter } from './route.js';

const PATIENT = { type: 'string', description: 'Patient/{pseudonym}, "." for "_"' } as const;

/** What is in records. */
export function addBinaryRoutes(app: FastifyInstance, parts: GatewayParts): void {
  addRoute(app, parts, {
    method: 'GET',
    url: '/Binary/:id',
    summary: 'The content of a record: decided and logged on the ledger',
    tag: 'Binary',
    query: { patient: PATIENT },
    answer: 'Binary',
    anyContent: true,
    handle: (request, reply) => content(request, reply, parts),
  });
}

async function content(
  request: FastifyRequest,
  reply: FastifyReply,
  parts: GatewayParts,
): Promise<FastifyReply> {
  const recordId = parameter(request, 'id');
  const pseudonym = patientOfRecord(request, parts, recordId);
  const session = await sessionFor(request, parts, {
    type: 'Binary',
    interaction: 'r',
    pseudonym,
  });
  const purpose = purposeOf(request, parts);
  const gone = new AbortController();
  request.raw.once('close', () => {
    if (!reply.raw.writableEnded && reply.raw.destroyed) gone.abort();
  });
  const opened = await openRecord(await parts.desks.sourcesFor(session), {
    pseudonym,
    recordId,
    purpose,
    signal: gone.signal,
  });
  const disclosed = await disclose(opened);
  const { obligations, decisionId } = opened.decision;
  void reply.header('x-decision-id', decisionId);
  if (obligations.length > 0) void reply.header('x-obligations', obligations.join(','));
  const { accept = '*/*' } = request.headers;
  if (!accept.includes('application/fhir+json')) {
    return reply.type(disclosed.contentType).send(Readable.from(disclosed.pieces));
  }
  const data = (await whole(disclosed.pieces)).toString('base64');
  const { contentType } = disclosed;
  return sendJson(reply, { resourceType: 'Binary', id: recordId, contentType, data });
}
