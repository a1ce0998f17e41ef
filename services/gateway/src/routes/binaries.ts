import { Readable } from 'node:stream';
import type { Resource } from '@medplum/fhirtypes';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ownDetails } from '@salus/client/ehr';
import { whole } from '@salus/client/records';
import { ifFound } from '@salus/protocol';
import type { RecordDetails } from '@salus/protocol/ehr';
import { purposeOf, requireScope, sessionFor } from '../http/context.js';
import { sendJson } from '../http/replies.js';
import type { GatewayParts } from '../parts/gateway-parts.js';
import { disclose } from '../records/disclose.js';
import { contentTypeOf, DOCUMENT } from '../records/longitudinal.js';
import { patientOfRecord } from './record-patient.js';
import { openAs } from './open-as.js';
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
  // Where the own organisation knows what it is, it is refused before the ledger decides and logs.
  const known = await ifFound(ownDetails(session.client.ehr, { pseudonym, recordId }));
  if (known) requireContentScopes(request, pseudonym, known.details);
  const gone = new AbortController();
  request.raw.once('close', () => {
    if (!reply.raw.writableEnded && reply.raw.destroyed) gone.abort();
  });
  const opened = await openAs(parts, session, {
    pseudonym,
    recordId,
    purpose,
    signal: gone.signal,
  });
  requireContentScopes(request, pseudonym, opened.details);
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
  const binary = { resourceType: 'Binary', id: recordId, ...labelled(opened.details) };
  return sendJson(reply, { ...binary, contentType, data });
}

/**
 * A content that is a FHIR resource needs the scope of its own type too: it is the resource, in whichever form
 * it leaves. One that holds others, such as a document, needs that of all types. Its labels meet a scope's query; its other elements are not read here.
 *
 * @throws SalusError `ERR_FORBIDDEN`
 */
function requireContentScopes(
  request: FastifyRequest,
  pseudonym: string,
  details: RecordDetails,
): void {
  const type = contentTypeOf(details);
  const types = type === DOCUMENT ? [] : [HOLDERS.has(type) ? '*' : type];
  for (const one of ['Binary', ...types]) {
    const resource = { resourceType: one, ...labelled(details) } as Resource;
    requireScope(request, { type: one, interaction: 'r', pseudonym }, resource);
  }
}

/** Types that hold resources of any other type, which are not read here. */
const HOLDERS: ReadonlySet<string> = new Set(['Bundle', 'Parameters']);

function labelled({ labels }: RecordDetails): Pick<Resource, 'meta'> {
  if (labels.length === 0) return {};
  return { meta: { security: labels.map((label) => ({ ...label })) } };
}
