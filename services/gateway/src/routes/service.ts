import type { Task } from '@medplum/fhirtypes';
import type { FastifyInstance } from 'fastify';
import { outcomeOf } from '../errors/outcome.js';
import { notFound } from '../errors/refusal.js';
import { capabilityStatement } from '../fhir/capability.js';
import { authorize, callerOf } from '../http/context.js';
import { baseOf, sendJson } from '../http/replies.js';
import { errorOf, type Entry } from '../outbox/entry.js';
import type { GatewayParts } from '../parts/gateway-parts.js';
import { addRoute, parameter } from './route.js';

/** What tells of the gateway itself: capabilities and the outbox. */
export function addServiceRoutes(app: FastifyInstance, parts: GatewayParts): void {
  addRoute(app, parts, {
    method: 'GET',
    url: '/metadata',
    summary: 'What the gateway can do',
    tag: 'service',
    answer: 'CapabilityStatement',
    open: true,
    handle: async (request, reply) =>
      sendJson(reply, capabilityStatement(baseOf(request, parts), parts.startedAt)),
  });
  addRoute(app, parts, {
    method: 'GET',
    url: '/Task/:id',
    summary:
      "What became of a write, by its outbox entry; the client's and practitioner's own only",
    tag: 'service',
    answer: 'Task',
    handle: async (request, reply) => {
      authorize(request, { type: 'Task', interaction: 'r' });
      const entry = await parts.outbox.find(parameter(request, 'id'));
      const { practitioner, client } = callerOf(request);
      const isOwn = entry?.practitioner === practitioner && (entry.client ?? client) === client;
      if (!entry || !isOwn) throw notFound('task');
      return sendJson(reply, taskOf(entry));
    },
  });
}

/** An entry of the outbox as a Task; its answer is the output. */
function taskOf(entry: Entry): Task {
  const { id, kind, state, receivedAt, answer, refusal } = entry;
  const location = answer?.headers['location'];
  const outcome = refusal && outcomeOf(errorOf(entry), id);
  return {
    resourceType: 'Task',
    id,
    status: ({ PENDING: 'in-progress', DONE: 'completed', REFUSED: 'rejected' } as const)[state],
    intent: 'order',
    code: { text: kind },
    authoredOn: receivedAt,
    ...(location !== undefined && {
      output: [{ type: { text: 'location' }, valueUrl: location }],
    }),
    ...(outcome && {
      statusReason: { text: outcome.issue[0]?.details?.text ?? '' },
      contained: [{ ...outcome, id: 'outcome' }],
      output: [{ type: { text: 'outcome' }, valueReference: { reference: '#outcome' } }],
    }),
  };
}
