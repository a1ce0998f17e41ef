import type { Bundle, BundleEntry, Consent } from '@medplum/fhirtypes';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { SALUS } from '@salus/fhir';
import type { Loss } from '@salus/fhir/consent';
import { resourceOf } from '../body/body.js';
import { differences } from '../consent/differences.js';
import { fhirConsent, lossOutcome } from '../consent/fhir-consent.js';
import { namesOf } from '../consent/names.js';
import {
  grantIn,
  mismatch,
  requireId,
  statementIn,
  withdrawalIn,
} from '../consent/signed-consent.js';
import { invalid, notFound, Refusal, uncounted } from '../errors/refusal.js';
import { matchEntry, searchset } from '../fhir/bundle.js';
import { referredPatient } from '../fhir/ids.js';
import { authorize, callerOf, sessionFor } from '../http/context.js';
import { baseOf, sendJson, sendResource } from '../http/replies.js';
import { pageLink, readSearch } from '../http/search.js';
import { carryOut } from '../http/writes.js';
import type { GatewayParts } from '../parts/gateway-parts.js';
import { addRoute, parameter } from './route.js';
import { requireTrailRight } from './trail-right.js';

const tag = 'Consent';
const PATIENT = { type: 'string', description: 'Patient/{pseudonym}, "." for "_"' } as const;

/** Consents: what patients have signed, and what they sign anew. */
export function addConsentRoutes(app: FastifyInstance, parts: GatewayParts): void {
  addRoute(app, parts, {
    method: 'GET',
    url: '/Consent/:id',
    summary: 'A consent with what the patient signed',
    tag,
    query: { patient: PATIENT },
    answer: 'Consent',
    handle: async (request, reply) => {
      const { consent, losses } = await read(request, parts);
      if (losses.length > 0) {
        void reply.header('warning', `199 - "${losses.length} tags have no name here"`);
      }
      return sendResource(request, reply, consent);
    },
  });
  for (const [method, url] of [
    ['GET', '/Consent'],
    ['POST', '/Consent/_search'],
  ] as const) {
    addRoute(app, parts, {
      method,
      url,
      summary: "A patient's consents, page by page",
      tag,
      query: { patient: PATIENT, status: { type: 'string' } },
      answer: 'Bundle',
      handle: async (request, reply) => sendJson(reply, await search(request, parts)),
    });
  }
  addRoute(app, parts, {
    method: 'POST',
    url: '/Consent',
    summary: "A grant; only with the patient's own signature, and only what it says",
    tag,
    body: 'Consent',
    answer: 'Consent',
    handle: async (request, reply) => {
      const consent = resourceOf<Consent>(request, 'Consent');
      const signed = statementIn(consent);
      const grant = grantIn(signed);
      const { pseudonym } = grant;
      authorize(request, { type: 'Consent', interaction: 'c', pseudonym }, consent);
      const names = namesOf(parts.index, pseudonym);
      const found = differences(consent, grant, { names, statementUrl: SALUS.statement });
      if (found.length > 0) throw mismatch(found);
      const asked = { statement: signed.statement, pseudonym, grantId: signed.jti };
      return carryOut(request, reply, parts, { kind: 'grant', request: asked });
    },
  });
  addRoute(app, parts, {
    method: 'PUT',
    url: '/Consent/:id',
    summary: "A withdrawal: status inactive, with the patient's own signature",
    tag,
    body: 'Consent',
    answer: 'Consent',
    handle: async (request, reply) => {
      const consent = resourceOf<Consent>(request, 'Consent');
      if (consent.status !== 'inactive') {
        throw invalid('Consent.status', 'A consent is only ever withdrawn: status inactive');
      }
      const signed = statementIn(consent);
      const { pseudonym, grant: grantId } = withdrawalIn(signed);
      requireId(parameter(request, 'id'), grantId);
      authorize(request, { type: 'Consent', interaction: 'u', pseudonym }, consent);
      requireFirstVersion(request);
      const asked = { statement: signed.statement, pseudonym, grantId };
      return carryOut(request, reply, parts, { kind: 'withdraw', request: asked });
    },
  });
}

/** A consent is changed once: withdrawn. @throws SalusError `ERR_CONFLICT` (412) */
function requireFirstVersion({ headers }: FastifyRequest): void {
  const { 'if-match': ifMatch = '*' } = headers;
  if (ifMatch === '*' || ifMatch === 'W/"1"') return;
  throw new Refusal('ERR_CONFLICT', 'A consent is withdrawn in its first version', {
    status: 412,
    argument: 'If-Match',
  });
}

async function read(request: FastifyRequest, parts: GatewayParts) {
  const id = parameter(request, 'id');
  const { patient } = readSearch(request, ['patient']).values;
  const pseudonym = patient === undefined ? parts.places.find(id) : referredPatient(patient);
  // Who may see none of them is told so before it can tell whether there is this one.
  callerOf(request);
  if (pseudonym === undefined) throw notFound('consent; where it is new here, name its patient');
  const session = await sessionFor(request, parts, {
    type: 'Consent',
    interaction: 'r',
    pseudonym,
  });
  await requireTrailRight(request, session, parts, { type: 'Consent', pseudonym });
  const { client } = session;
  if (!/^[0-9a-f-]{36}$/.test(id)) throw notFound('consent');
  const grant = await client.ehr.getGrant({ pseudonym, grantId: id });
  return fhirConsent(grant, namesOf(parts.index, pseudonym));
}

async function search(request: FastifyRequest, parts: GatewayParts): Promise<Bundle> {
  const asked = readSearch(request, ['patient', 'status']);
  const { patient, status } = asked.values;
  if (asked.isCount) throw uncounted();
  if (patient === undefined) throw invalid('patient', 'Consents are those of one patient');
  const pseudonym = referredPatient(patient);
  const session = await sessionFor(request, parts, {
    type: 'Consent',
    interaction: 's',
    pseudonym,
  });
  await requireTrailRight(request, session, parts, { type: 'Consent', pseudonym });
  const { client } = session;
  const base = baseOf(request, parts);
  const names = namesOf(parts.index, pseudonym);
  const page = await client.ehr.listGrants({
    pseudonym,
    pageSize: Math.max(1, asked.count),
    bookmark: asked.bookmark,
  });
  const entries: BundleEntry[] = [];
  const lost: { consent: string; loss: Loss }[] = [];
  for (const grant of page.results) {
    // What grantees share on among themselves is in the audit trail; no patient signed it.
    if ('shareId' in grant) continue;
    const { consent, losses } = fhirConsent(grant, names);
    if (status !== undefined && status !== consent.status) continue;
    entries.push(matchEntry(base, consent));
    lost.push(...losses.map((loss) => ({ consent: grant.grantId, loss })));
  }
  await parts.places.remember(
    pseudonym,
    entries.map(({ resource }) => resource?.id ?? ''),
  );
  if (lost.length > 0) {
    entries.push({ resource: lossOutcome(lost), search: { mode: 'outcome' } });
  }
  const next = page.bookmark === '' ? undefined : pageLink('Consent', asked, page.bookmark);
  return searchset({ base, self: pageLink('Consent', asked), next, entries });
}
