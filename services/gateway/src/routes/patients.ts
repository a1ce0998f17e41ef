import type { Bundle, Parameters, Patient } from '@medplum/fhirtypes';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { patientId, SALUS } from '@salus/fhir';
import { readStatement, SalusError } from '@salus/protocol';
import { resourceOf } from '../body/body.js';
import { invalid } from '../errors/refusal.js';
import { countOnly, matchEntry, searchset } from '../fhir/bundle.js';
import { pseudonymOf } from '../fhir/ids.js';
import { fhirPatient } from '../fhir/patient.js';
import { authorize, sessionFor } from '../http/context.js';
import { baseOf, sendJson, sendResource } from '../http/replies.js';
import { pageLink, readSearch, readToken } from '../http/search.js';
import { carryOut } from '../http/writes.js';
import type { Match } from '../matching/master-index.js';
import { readPerson, type Person } from '../matching/person.js';
import type { GatewayParts } from '../parts/gateway-parts.js';
import { addRoute, parameter } from './route.js';

const MATCH_GRADE = 'http://hl7.org/fhir/StructureDefinition/match-grade';
const tag = 'Patient';

/** Patients: by pseudonym from the ledger; by who they are from the hospital's own index alone. */
export function addPatientRoutes(app: FastifyInstance, parts: GatewayParts): void {
  addRoute(app, parts, {
    method: 'GET',
    url: '/Patient/:id',
    summary: 'A patient by pseudonym',
    tag,
    answer: 'Patient',
    handle: async (request, reply) => {
      const pseudonym = pseudonymOf(parameter(request, 'id'));
      const attempt = { type: 'Patient', interaction: 'r', pseudonym } as const;
      const { client } = await sessionFor(request, parts, attempt);
      return sendResource(request, reply, fhirPatient(await client.ehr.getPatient(pseudonym)));
    },
  });
  for (const [method, url] of [
    ['GET', '/Patient'],
    ['POST', '/Patient/_search'],
  ] as const) {
    addRoute(app, parts, {
      method,
      url,
      summary: "Patients by pseudonym, or by a number of the hospital's own index",
      tag,
      query: { identifier: { type: 'string', description: 'system|value' } },
      answer: 'Bundle',
      handle: async (request, reply) => sendJson(reply, await search(request, parts)),
    });
  }
  addRoute(app, parts, {
    method: 'POST',
    url: '/Patient/$match',
    summary: "Who a description may be of, from the hospital's own index; nothing of it leaves",
    tag,
    body: 'Parameters',
    answer: 'Bundle',
    handle: async (request, reply) => {
      authorize(request, { type: 'Patient', interaction: 's' });
      const { person, onlyCertain, count } = readMatchRequest(request);
      const found = parts.index.match(person, { onlyCertain, count });
      return sendJson(reply, matchBundle(baseOf(request, parts), found));
    },
  });
  addRoute(app, parts, {
    method: 'POST',
    url: '/Patient/$register',
    summary: 'Registers a pseudonym by the statement of its wallet, and who it is in the own index',
    tag,
    body: 'Parameters',
    answer: 'Patient',
    handle: async (request, reply) => {
      authorize(request, { type: 'Patient', interaction: 'c' });
      const body = resourceOf<Parameters>(request, 'Parameters');
      const write = { kind: 'register-patient', request: readRegistration(body) };
      return carryOut(request, reply, parts, write);
    },
  });
}

async function search(request: FastifyRequest, parts: GatewayParts): Promise<Bundle> {
  const asked = readSearch(request, ['identifier', '_id']);
  const { identifier, _id: id } = asked.values;
  const base = baseOf(request, parts);
  const pseudonyms = new Set<string>();
  if (id !== undefined) pseudonyms.add(pseudonymOf(id));
  if (identifier !== undefined) {
    const { system = SALUS.pseudonym, value } = readToken(identifier);
    if (system === SALUS.pseudonym) pseudonyms.add(value);
    else {
      authorize(request, { type: 'Patient', interaction: 's' });
      for (const one of parts.index.byIdentifier(system, value)) pseudonyms.add(one.pseudonym);
    }
  }
  if (id === undefined && identifier === undefined) {
    throw invalid('identifier', 'Patients are not listed: give an identifier');
  }
  const entries = [];
  for (const pseudonym of pseudonyms) {
    const attempt = { type: 'Patient', interaction: 's', pseudonym } as const;
    const { client } = await sessionFor(request, parts, attempt);
    const found = await client.ehr.getPatient(pseudonym).catch(absent);
    if (found) entries.push(matchEntry(base, fhirPatient(found)));
  }
  const self = pageLink('Patient', asked);
  if (asked.isCount) return countOnly(base, self, entries.length);
  return searchset({ base, self, total: entries.length, entries });
}

function absent(error: unknown): undefined {
  const codes = ['ERR_NOT_FOUND', 'ERR_INVALID_ARGUMENT'];
  if (error instanceof SalusError && codes.includes(error.code)) return undefined;
  throw error;
}

function readMatchRequest(request: FastifyRequest) {
  const body = resourceOf<Parameters | Patient>(request, 'Parameters', 'Patient');
  // An operation's only parameter may be the body itself (FHIR R4, 3.2.0.1.1).
  const single = { resourceType: 'Parameters', parameter: [{ name: 'resource', resource: body }] };
  const parameters = body.resourceType === 'Patient' ? (single as Parameters) : body;
  const { parameter: given = [] } = parameters;
  const named = (name: string) => given.find((one) => one.name === name);
  const resource = named('resource')?.resource;
  if (resource?.resourceType !== 'Patient') throw invalid('resource', 'A Patient is to be matched');
  const count = named('count')?.valueInteger ?? 20;
  const onlyCertain = named('onlyCertainMatches')?.valueBoolean ?? false;
  return { person: readPerson(resource), onlyCertain, count: Math.min(100, Math.max(1, count)) };
}

/** @returns what the outbox needs to register a patient */
function readRegistration({ parameter: given = [] }: Parameters) {
  const named = (name: string) => given.find((one) => one.name === name);
  const statement = named('statement')?.valueString;
  const resource = named('resource')?.resource;
  const tagKey = named('tagKey')?.valueString;
  if (statement === undefined) throw invalid('statement', "The wallet's statement is missing");
  if (resource?.resourceType !== 'Patient') throw invalid('resource', 'A Patient is missing');
  const { pseudonym } = readStatement(statement).payload as { pseudonym?: unknown };
  if (typeof pseudonym !== 'string') throw invalid('statement', 'It names no pseudonym');
  return {
    statement,
    pseudonym,
    person: readPerson(resource),
    ...(tagKey !== undefined && { tagKey }),
  };
}

function matchBundle(base: string, found: readonly Match[]): Bundle {
  const entries = found.map(({ patient, grade, score }) => ({
    fullUrl: `${base}/Patient/${patientId(patient.pseudonym)}`,
    resource: knownPatient(patient.pseudonym, patient.person),
    search: {
      mode: 'match' as const,
      score,
      extension: [{ url: MATCH_GRADE, valueCode: grade }],
    },
  }));
  return searchset({ base, self: 'Patient/$match', total: entries.length, entries });
}

/** A patient as the hospital's own index knows it. */
function knownPatient(pseudonym: string, person: Person): Patient {
  const { identifiers, family, given, birthDate, gender, phone, postalCode } = person;
  return {
    resourceType: 'Patient',
    id: patientId(pseudonym),
    identifier: [{ use: 'secondary', system: SALUS.pseudonym, value: pseudonym }, ...identifiers],
    ...((family !== undefined || given.length > 0) && {
      name: [{ ...(family !== undefined && { family }), ...(given.length > 0 && { given }) }],
    }),
    ...(birthDate !== undefined && { birthDate }),
    ...(gender !== undefined && { gender: gender as NonNullable<Patient['gender']> }),
    ...(phone !== undefined && { telecom: [{ system: 'phone' as const, value: phone }] }),
    ...(postalCode !== undefined && { address: [{ postalCode }] }),
  };
}
