import type { Bundle, BundleEntry } from '@medplum/fhirtypes';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { countOnly, matchEntry, searchset } from '../fhir/bundle.js';
import { pseudonymOf } from '../fhir/ids.js';
import { fhirPatient } from '../fhir/patient.js';
import { purposeOf, sessionFor } from '../http/context.js';
import { meetsDates } from '../http/dates.js';
import { mayHave } from '../http/exchange.js';
import { baseOf, sendJson } from '../http/replies.js';
import { pageLink, readSearch } from '../http/search.js';
import type { GatewayParts } from '../parts/gateway-parts.js';
import { contentEntries, pageOf, readable, showable } from '../records/longitudinal.js';
import { openAs } from './open-as.js';
import { addRoute, parameter } from './route.js';

const text = { type: 'string' } as const;

/** The longitudinal record: all that may be read of a patient, wherever it was written. */
export function addEverythingRoute(app: FastifyInstance, parts: GatewayParts): void {
  addRoute(app, parts, {
    method: 'GET',
    url: '/Patient/:id/$everything',
    summary: 'All of a patient that may be read; each content is a decision on the ledger',
    tag: 'Patient',
    query: { start: text, end: text, _type: text, _since: text },
    answer: 'Bundle',
    handle: async (request, reply) => sendJson(reply, await everything(request, parts)),
  });
}

async function everything(request: FastifyRequest, parts: GatewayParts): Promise<Bundle> {
  const id = parameter(request, 'id');
  const pseudonym = pseudonymOf(id);
  const session = await sessionFor(request, parts, {
    type: 'Patient',
    interaction: 'r',
    pseudonym,
  });
  const asked = readSearch(request, ['start', 'end', '_type'], ['_since']);
  const isMeant = meetsDates(asked);
  const { start: from, end: until, _type: types } = asked.values;
  const { ehr } = session.client;
  const patient = await ehr.getPatient(pseudonym);
  const purpose = purposeOf(request, parts);
  const filter = {
    ...(from !== undefined && { from }),
    ...(until !== undefined && { until }),
    ...(types !== undefined && { fhirTypes: types.split(',') }),
  };
  const isAllowed = (type: string) => mayHave(request, type);
  const all = await readable(ehr, { pseudonym, purpose, filter });
  const found = showable(all.filter(isMeant), isAllowed);
  const base = baseOf(request, parts);
  const path = `Patient/${id}/$everything`;
  // The patient, and every record that may be read.
  const total = found.length + 1;
  if (asked.isCount) return countOnly(base, pageLink(path, asked), total);
  const { records, next } = pageOf(found, asked.bookmark, asked.count);
  await parts.places.remember(
    pseudonym,
    found.map(({ record }) => record.recordId),
  );
  const own: BundleEntry[] = asked.bookmark === '' ? [matchEntry(base, fhirPatient(patient))] : [];
  const entries = await contentEntries(records, {
    ehr,
    base,
    purpose,
    mayHave: isAllowed,
    open: (wish) => openAs(parts, session, wish),
  });
  return searchset({
    base,
    self: pageLink(path, asked),
    next: next === undefined ? undefined : pageLink(path, asked, next),
    total,
    entries: [...own, ...entries],
  });
}
