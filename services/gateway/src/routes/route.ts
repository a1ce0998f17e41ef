import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { unconditional } from '../errors/refusal.js';
import { authenticate } from '../http/context.js';
import { requireJson } from '../http/media-types.js';
import type { GatewayParts } from '../parts/gateway-parts.js';

/** A parameter as the OpenAPI document describes it. */
interface Parameter {
  readonly type: string;
  readonly description?: string;
  readonly pattern?: string;
}

/** A route under `/fhir`. */
export interface FhirRoute {
  readonly method: 'GET' | 'POST' | 'PUT';
  /** After `/fhir`. */
  readonly url: string;
  readonly summary: string;
  readonly tag: string;
  readonly query?: Readonly<Record<string, Parameter>>;
  /** FHIR type of the body, where there is one. */
  readonly body?: string;
  /** FHIR type of the answer. */
  readonly answer: string;
  /** Without a token, e.g. the capability statement. */
  readonly open?: boolean;
  /** Takes and gives other content than JSON. */
  readonly anyContent?: boolean;
  readonly handle: (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>;
}

const text = { type: 'string' } as const;
const PAGING = {
  _count: { type: 'string', description: 'entries of a page, at most 100' },
  _page: { type: 'string', description: "of the link 'next'" },
} as const;

/** Adds a route with its description. */
export function addRoute(app: FastifyInstance, parts: GatewayParts, route: FhirRoute): void {
  const { method, url, summary, tag, query, body, answer, open = false, anyContent } = route;
  const names = [...url.matchAll(/:(\w+)/g)].map(([, name = '']) => name);
  app.route({
    method,
    url,
    exposeHeadRoute: false,
    schema: {
      tags: [tag],
      summary,
      ...(!open && { security: [{ smart: [] }] }),
      ...(names.length > 0 && {
        params: objectOf(Object.fromEntries(names.map((n) => [n, text]))),
      }),
      ...(query && { querystring: objectOf({ ...query, ...PAGING }) }),
      ...(method !== 'GET' && {
        headers: objectOf({ 'idempotency-key': text, prefer: text, 'x-purpose-of-use': text }),
      }),
      ...(body !== undefined && { consumes: ['application/fhir+json'], ...requestBody(body) }),
      response: {
        '2xx': { description: `A FHIR R4 ${answer}`, ...resourceSchema(answer) },
        default: { description: 'What was wrong', ...resourceSchema('OperationOutcome') },
      },
    },
    // Body and parameters are read and judged by the route, where FHIR's errors can name what is wrong.
    validatorCompiler: () => asItIs,

    preHandler: async (request) => {
      if (!anyContent) requireJson(request);
      requireNoCondition(request);
      if (!open) await authenticate(request, parts);
    },
    handler: (request, reply) => route.handle(request, reply),
  });
}

/**
 * Conditions that no route checks are refused, not passed over. `If-Match` is checked by the routes that update.
 *
 * @throws SalusError `ERR_INVALID_ARGUMENT`
 */
function requireNoCondition({ method, headers }: FastifyRequest): void {
  if (headers['if-none-exist'] !== undefined) throw unconditional('If-None-Exist');
  if (method === 'POST' && headers['if-match'] !== undefined) throw unconditional('If-Match');
  if (method !== 'GET' && headers['if-none-match'] !== undefined) {
    throw unconditional('If-None-Match');
  }
}

function objectOf(properties: Readonly<Record<string, object>>) {
  return { type: 'object', properties };
}

function requestBody(type: string) {
  return { body: resourceSchema(type) };
}

function resourceSchema(type: string) {
  return {
    type: 'object',
    title: type,
    properties: { resourceType: { type: 'string', const: type } },
    externalDocs: { url: `https://hl7.org/fhir/R4/${type.toLowerCase()}.html` },
  };
}

function asItIs(value: unknown) {
  return { value };
}

/** A path's parameter. */
export function parameter(request: FastifyRequest, name: string): string {
  return (request.params as Readonly<Record<string, string>>)[name] ?? '';
}
