import type { AuditEvent, Bundle } from '@medplum/fhirtypes';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { auditEventOf } from '@salus/fhir';
import { describeMember } from '@salus/proofs';
import { forbidden, invalid, uncounted } from '../errors/refusal.js';
import { matchEntry, searchset } from '../fhir/bundle.js';
import { referredPatient } from '../fhir/ids.js';
import { callerOf, sessionFor } from '../http/context.js';
import { baseOf, sendJson } from '../http/replies.js';
import { pageLink, readSearch } from '../http/search.js';
import type { GatewayParts } from '../parts/gateway-parts.js';
import type { StaffSession } from '../staff/directory.js';
import { addRoute } from './route.js';
import { noteReading, PRIVACY_OFFICER, requireTrailRight } from './trail-right.js';

const text = { type: 'string' } as const;
/** Roles that may see what others have asked for. */
const OVERSEERS: readonly (string | undefined)[] = [PRIVACY_OFFICER, 'auditor'];

/** Who did what: to a patient's data, or by somebody of the own organisation. */
export function addAuditRoutes(app: FastifyInstance, parts: GatewayParts): void {
  for (const [method, url] of [
    ['GET', '/AuditEvent'],
    ['POST', '/AuditEvent/_search'],
  ] as const) {
    addRoute(app, parts, {
      method,
      url,
      summary: "A patient's trail, or a practitioner's own, page by page",
      tag: 'AuditEvent',
      query: { patient: text, agent: text },
      answer: 'Bundle',
      handle: async (request, reply) => sendJson(reply, await search(request, parts)),
    });
  }
}

async function search(request: FastifyRequest, parts: GatewayParts): Promise<Bundle> {
  const asked = readSearch(request, ['patient', 'agent']);
  const { patient, agent } = asked.values;
  if (asked.isCount) throw uncounted();
  if ((patient === undefined) === (agent === undefined)) {
    throw invalid('patient', 'The trail is that of a patient, or that of an agent');
  }
  const pseudonym = patient === undefined ? undefined : referredPatient(patient);
  const session = await sessionFor(request, parts, {
    type: 'AuditEvent',
    interaction: 's',
    pseudonym,
  });
  if (pseudonym !== undefined) {
    await requireTrailRight(request, session, parts, { type: 'AuditEvent', pseudonym });
  }
  const pages = { pageSize: Math.max(1, asked.count), bookmark: asked.bookmark };
  const base = baseOf(request, parts);
  const found =
    pseudonym === undefined
      ? await actorEvents(session, await actorOf(request, session, parts, agent ?? ''), pages)
      : await patientEvents(session, pseudonym, pages);
  const entries = found.events.map((event) => matchEntry(base, event as unknown as AuditEvent));
  const next = found.bookmark === '' ? undefined : pageLink('AuditEvent', asked, found.bookmark);
  return searchset({ base, self: pageLink('AuditEvent', asked), next, entries });
}

type Pages = { readonly pageSize: number; readonly bookmark: string };
type Actor = { readonly mspId: string; readonly id?: string };

async function patientEvents({ client }: StaffSession, pseudonym: string, pages: Pages) {
  const { channel, ehr } = client;
  const { results, bookmark } = await ehr.auditTrail(pseudonym, pages);
  const events = results.map((entry) => auditEventOf(entry, pseudonym, { channel }));
  return { events, bookmark };
}

async function actorEvents({ client }: StaffSession, actor: Actor, pages: Pages) {
  const { channel, ehr } = client;
  const { results, bookmark } = await ehr.actorTrail({ ...actor, ...pages });
  const events = results.map((entry) => auditEventOf(entry, undefined, { channel }));
  return { events, bookmark };
}

/**
 * Whose trail is meant. Everybody may see their own; everybody's of the organisation those who oversee it,
 * which the gateway logs.
 *
 * @throws SalusError `ERR_FORBIDDEN`
 */
async function actorOf(
  request: FastifyRequest,
  session: StaffSession,
  parts: GatewayParts,
  agent: string,
): Promise<Actor> {
  const { identity, role } = session;
  const { mspId, certificate } = identity;
  const id = agent.replace(/^Practitioner\//, '');
  if (id === callerOf(request).practitioner) {
    return { mspId, id: describeMember(mspId, certificate).id };
  }
  if (!OVERSEERS.includes(role)) throw forbidden("This is another practitioner's trail");
  if (id === mspId || id === `Organization/${mspId}`) {
    await noteReading(request, session, parts, { type: 'AuditEvent', by: 'OWN_ORGANISATION' });
    return { mspId };
  }
  throw invalid('agent', 'Give the own practitioner, or the own organisation');
}
