import type { Bundle, DocumentReference } from '@medplum/fhirtypes';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ownDetails, type RecordFilter } from '@salus/client/ehr';
import { generateHpkeKeyPair } from '@salus/crypto/hpke';
import { SalusError } from '@salus/protocol';
import { resourceOf } from '../body/body.js';
import { invalid, Refusal } from '../errors/refusal.js';
import { countOnly, searchset } from '../fhir/bundle.js';
import { documentReference } from '../fhir/document-reference.js';
import { referredPatient } from '../fhir/ids.js';
import { authorize, callerOf, purposeOf, sessionFor } from '../http/context.js';
import { DATES, meetsDates } from '../http/dates.js';
import { admit } from '../http/exchange.js';
import { baseOf, sendJson, sendResource } from '../http/replies.js';
import { pageLink, readSearch } from '../http/search.js';
import { carryOut, isRepeated } from '../http/writes.js';
import type { GatewayParts } from '../parts/gateway-parts.js';
import { documentEntries, pageOf, readable } from '../records/longitudinal.js';
import { patientByNumber } from '../records/require-own.js';
import { firstVersion, latestVersion, versionOf } from '../records/versions.js';
import { contentOf, readDocument, requireVersion } from '../records/write-document.js';
import { patientOfRecord } from './record-patient.js';
import { addRoute, parameter } from './route.js';

const tag = 'DocumentReference';
const PATIENT = { type: 'string', description: 'Patient/{pseudonym}, "." for "_"' } as const;
const text = { type: 'string' } as const;
const SEARCHED_DATES = DATES.filter((name) => name !== '_since');

/** Records as documents: what they are. What is in them is their Binary. */
export function addDocumentRoutes(app: FastifyInstance, parts: GatewayParts): void {
  for (const url of ['/DocumentReference/:id', '/DocumentReference/:id/_history/:version']) {
    addRoute(app, parts, {
      method: 'GET',
      url,
      summary: 'What a record is, in its latest version or another one',
      tag,
      query: { patient: PATIENT },
      answer: 'DocumentReference',
      handle: async (request, reply) => sendResource(request, reply, await read(request, parts)),
    });
  }
  for (const [method, url] of [
    ['GET', '/DocumentReference'],
    ['POST', '/DocumentReference/_search'],
  ] as const) {
    addRoute(app, parts, {
      method,
      url,
      summary: "A patient's records that may be read, with their number",
      tag,
      query: {
        ...{ patient: PATIENT, category: text, custodian: text, contenttype: text },
        ...{ period: text, date: text, _lastUpdated: text },
      },
      answer: 'Bundle',
      handle: async (request, reply) => sendJson(reply, await search(request, parts)),
    });
  }
  addRoute(app, parts, {
    method: 'POST',
    url: '/DocumentReference',
    summary: 'A record: the attachment is encrypted, split, stored and registered',
    tag,
    body: 'DocumentReference',
    answer: 'DocumentReference',
    handle: async (request, reply) => {
      const document = resourceOf<DocumentReference>(request, 'DocumentReference');
      const { patient } = callerOf(request);
      // Who may not write documents of any patient learns nothing of the index.
      authorize(request, { type: tag, interaction: 'c', pseudonym: patient }, document);
      const pseudonym = subjectOf(document, parts);
      const write = readDocument(document, pseudonym);
      admit(request, contentOf(write), { interaction: 'c', pseudonym });
      authorize(request, { type: tag, interaction: 'c', pseudonym }, document);
      return carryOut(request, reply, parts, { kind: 'document', request: write });
    },
  });
  addRoute(app, parts, {
    method: 'PUT',
    url: '/DocumentReference/:id',
    summary: 'The next version of a record; none is ever overwritten',
    tag,
    body: 'DocumentReference',
    answer: 'DocumentReference',
    handle: (request, reply) => amend(request, reply, parts),
  });
}

async function read(request: FastifyRequest, parts: GatewayParts): Promise<DocumentReference> {
  const id = parameter(request, 'id');
  const pseudonym = patientOfRecord(request, parts, id);
  const { client } = await sessionFor(request, parts, {
    type: 'DocumentReference',
    interaction: 'r',
    pseudonym,
  });
  const { ehr } = client;
  const asked = parameter(request, 'version');
  const place = { pseudonym, recordId: id };
  const record =
    asked === '' ? await latestVersion(ehr, place) : await versionOf(ehr, place, asked);
  const { recordId } = record;
  const { publicKey: hpkePublicKey } = await generateHpkeKeyPair();
  const purpose = purposeOf(request, parts);
  const decision = await ehr.evaluateAccess({ pseudonym, recordId, purpose, hpkePublicKey });
  if (!decision.permitted) throw denied(decision.reason);
  const details = (await ownDetails(ehr, { pseudonym, recordId }))?.details;
  const { recordId: documentId } = await firstVersion(ehr, place);
  return documentReference({ record, details, documentId });
}

async function search(request: FastifyRequest, parts: GatewayParts): Promise<Bundle> {
  const known = ['patient', 'category', 'custodian', 'contenttype'];
  const asked = readSearch(request, known, SEARCHED_DATES);
  const isMeant = meetsDates(asked);
  const { patient } = asked.values;
  if (patient === undefined) throw invalid('patient', 'Records are those of one patient');
  const pseudonym = referredPatient(patient);
  const { client } = await sessionFor(request, parts, {
    type: 'DocumentReference',
    interaction: 's',
    pseudonym,
  });
  const base = baseOf(request, parts);
  const purpose = purposeOf(request, parts);
  const filter = filterOf(asked.values);
  const found = (await readable(client.ehr, { pseudonym, purpose, filter })).filter(isMeant);
  await parts.places.remember(
    pseudonym,
    found.map(({ record }) => record.recordId),
  );
  if (asked.isCount) return countOnly(base, pageLink(tag, asked), found.length);
  const { records, next } = pageOf(found, asked.bookmark, asked.count);
  return searchset({
    base,
    self: pageLink('DocumentReference', asked),
    next: next === undefined ? undefined : pageLink('DocumentReference', asked, next),
    total: found.length,
    entries: await documentEntries(client.ehr, base, records),
  });
}

/** @throws SalusError `ERR_INVALID_ARGUMENT` */
export function filterOf(values: Readonly<Record<string, string | undefined>>): RecordFilter {
  const { category, custodian, contenttype } = values;
  const codes = (value: string) => value.split(',').map((one) => one.split('|').at(-1) ?? '');
  return {
    ...(category !== undefined && { categories: codes(category) }),
    ...(custodian !== undefined && { custodians: codes(custodian) }),
    // A plus sign that nobody escaped reads as a space; media types have none.
    ...(contenttype !== undefined && { contentTypes: contenttype.replaceAll(' ', '+').split(',') }),
  };
}

/** Whose a document is: the reference tells the pseudonym, or else the number is known to the own index. */
function subjectOf({ subject }: DocumentReference, { index }: GatewayParts): string {
  if (subject?.reference !== undefined) return referredPatient(subject.reference);
  return patientByNumber(subject, index) ?? referredPatient('');
}

async function amend(
  request: FastifyRequest,
  reply: FastifyReply,
  parts: GatewayParts,
): Promise<FastifyReply> {
  const id = parameter(request, 'id');
  const document = resourceOf<DocumentReference>(request, 'DocumentReference');
  const { patient } = callerOf(request);
  authorize(request, { type: tag, interaction: 'u', pseudonym: patient }, document);
  const pseudonym = subjectOf(document, parts);
  const { client } = await sessionFor(request, parts, {
    type: 'DocumentReference',
    interaction: 'u',
    pseudonym,
  });
  const asked = readDocument(document, pseudonym);
  admit(request, contentOf(asked), { interaction: 'u', pseudonym });
  authorize(request, { type: tag, interaction: 'u', pseudonym }, document);
  const place = { pseudonym, recordId: id };
  const ifMatch = request.headers['if-match'];
  if (ifMatch === undefined || ifMatch === '*') {
    throw new Refusal('ERR_INVALID_ARGUMENT', 'An amendment names the version that it amends', {
      status: 428,
      argument: 'If-Match',
    });
  }
  const [, version] = /^W\/"(\d{1,7})"$/.exec(ifMatch) ?? [];
  if (version === undefined) throw invalid('If-Match', 'It is no version, as W/"1" is one');
  const amended = await versionOf(client.ehr, place, version);
  const amends = { recordId: amended.recordId, version: amended.version };
  const write = { kind: 'document', request: { ...asked, amends } };
  // What the outbox has done already is answered again; what is new must be of the latest version.
  if (!(await isRepeated(request, parts, write))) {
    requireVersion(await latestVersion(client.ehr, place), ifMatch);
  }
  return carryOut(request, reply, parts, write);
}

function denied(reason: string): SalusError {
  return new SalusError('ERR_NO_DECISION', `Access was denied: ${reason}`, { got: reason });
}
