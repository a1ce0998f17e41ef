import { createHash, randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Bundle, CapabilityStatement, DocumentReference } from '@medplum/fhirtypes';
import { patientId } from '@salus/fhir';
import { CITY } from '@salus/testing/record-world';
import type { TestWallet } from '@salus/testing/test-wallet';
import { GatewayWorld } from '../test-support/gateway-world.js';
import { TestPatient } from '../test-support/patient.js';
import { expectR4 } from '../test-support/r4.js';

const fhir = { 'content-type': 'application/fhir+json' };
const PDF = Buffer.from('%PDF-1.7 Canary-of-a-letter');
const MRN = 'urn:oid:1.2.36.146.595.217.0.1';

let world: GatewayWorld;
let wallet: TestWallet;
let patient: string;

beforeAll(async () => {
  world = await GatewayWorld.make();
  wallet = await world.records.patient('laboratory', 'clinical-note');
  patient = `Patient/${patientId(wallet.pseudonym)}`;
  await world.parts.index.put({
    ...wallet.known,
    person: { identifiers: [{ system: MRN, value: '1' }], given: [] },
  });
});

afterAll(() => world.close());

const send = (request: Parameters<GatewayWorld['send']>[1], by = 'physician-1') =>
  world.send(by, request);

const document = (title: string, bytes = PDF, contentType = 'application/pdf') => ({
  resourceType: 'DocumentReference',
  status: 'current',
  subject: { reference: patient },
  securityLabel: [
    { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality', code: 'R' }] },
  ],
  context: { period: { start: '2026-01-02', end: '2026-01-03' } },
  content: [{ attachment: { contentType, title, data: bytes.toString('base64') } }],
});

const post = (payload: object, headers: Record<string, string> = {}) =>
  send({
    method: 'POST' as const,
    url: '/fhir/DocumentReference',
    headers: { ...fhir, ...headers },
    payload: JSON.stringify(payload),
  });

const bundleOf = (...resources: object[]) => ({
  resourceType: 'Bundle',
  type: 'transaction',
  entry: resources.map((resource) => ({ resource, request: { method: 'POST', url: 'x' } })),
});
const observation = (id: string, value: string) =>
  `{"resourceType":"Observation","id":"${id}","status":"final","category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":"laboratory"}]}],"code":{"text":"Glucose"},"subject":{"reference":"Patient/local"},"valueQuantity":{"value":${value},"unit":"mmol/l"}}`;
const local = { resourceType: 'Patient', id: 'local', identifier: [{ system: MRN, value: '1' }] };

describe('a document', () => {
  it('is written, described, and read as it was', async () => {
    const created = await post(document('Letter'));
    expect(created.statusCode).toBe(201);
    const made = created.json<DocumentReference>();
    expectR4(made);
    expect(made.securityLabel?.[0]?.coding?.[0]?.code).toBe('R');
    const read = await send({ url: `/fhir/DocumentReference/${made.id!}` });
    expectR4(read.json());
    expect(read.headers.etag).toBe('W/"1"');
    expect(read.json<DocumentReference>().content[0]?.attachment).not.toHaveProperty('title');
    const url = `/fhir/${made.content[0]!.attachment.url!}`;
    const raw = await send({ url });
    expect([raw.headers['content-type'], raw.rawPayload]).toEqual(['application/pdf', PDF]);
    const wrapped = await send({ url, headers: { accept: 'application/fhir+json' } });
    expectR4(wrapped.json());
    expect(wrapped.json<{ data: string }>().data).toBe(PDF.toString('base64'));
    expect(world.log).not.toContain('Letter');
  });

  it('may come in base64 with line breaks, with its size and hash', async () => {
    const one = document('Broken lines');
    const { attachment } = one.content[0]!;
    const data = attachment.data.replaceAll(/(.{8})/g, '$1\r\n');
    const hash = createHash('sha1').update(PDF).digest('base64');
    const content = [{ attachment: { ...attachment, data, hash, size: PDF.length } }];
    const created = await post({ ...one, content });
    expect(created.statusCode).toBe(201);
    const { url } = created.json<DocumentReference>().content[0]!.attachment;
    expect((await send({ url: `/fhir/${url!}` })).rawPayload).toEqual(PDF);
  });

  it('is written once, by its key or by what it says', async () => {
    const key = { 'idempotency-key': randomUUID() };
    const answers = [
      await post(document('Once'), key),
      await post(document('Once'), key),
      await post(document('Once')),
    ];
    const ids = answers.map((answer) => answer.json<DocumentReference>().id);
    expect(new Set(ids).size).toBe(1);
  });

  it('is amended and never overwritten', async () => {
    const first = (await post(document('Draft'))).json<DocumentReference>();
    const put = (etag: string | undefined, title: string) =>
      send({
        method: 'PUT' as const,
        url: `/fhir/DocumentReference/${first.id!}`,
        headers: { ...fhir, ...(etag !== undefined && { 'if-match': etag }) },
        payload: JSON.stringify(document(title, Buffer.from(title))),
      });
    expect((await put(undefined, 'x')).statusCode).toBe(428);
    const second = await put('W/"1"', 'Final');
    expect([second.statusCode, second.headers.etag]).toEqual([200, 'W/"2"']);
    expectR4(second.json());
    expect((await put('W/"1"', 'Late')).statusCode).toBe(412);
    expect((await put('W/"1"', 'Final')).statusCode).toBe(200);
    const latest = (
      await send({ url: `/fhir/DocumentReference/${first.id!}` })
    ).json<DocumentReference>();
    expect([latest.id, latest.meta?.versionId]).toEqual([first.id, '2']);
    const old = await send({ url: `/fhir/DocumentReference/${first.id!}/_history/1` });
    expect(old.json()).toMatchObject({ status: 'superseded', meta: { versionId: '1' } });
    const bytes = await send({
      url: `/fhir/${old.json<DocumentReference>().content[0]!.attachment.url!}`,
    });
    expect(bytes.rawPayload).toEqual(PDF);
  });

  it.each<[string, (one: ReturnType<typeof document>) => object]>([
    ['no content', (one) => ({ ...one, content: [] })],
    ['two contents', (one) => ({ ...one, content: [...one.content, ...one.content] })],
    ['no base64', (one) => ({ ...one, content: [{ attachment: { data: '***' } }] })],
    ['no patient', (one) => ({ ...one, subject: undefined })],
    [
      'a title with a separator',
      (one) => ({
        ...one,
        content: [{ attachment: { ...one.content[0]!.attachment, title: 'a\u0000b' } }],
      }),
    ],
    [
      'a media type with a line break',
      (one) => ({
        ...one,
        content: [
          { attachment: { ...one.content[0]!.attachment, contentType: 'text/plain\r\nx: y' } },
        ],
      }),
    ],
    [
      'another size than it says',
      (one) => ({ ...one, content: [{ attachment: { ...one.content[0]!.attachment, size: 1 } }] }),
    ],
    [
      'another hash than it says',
      (one) => ({
        ...one,
        content: [
          { attachment: { ...one.content[0]!.attachment, hash: '2jmj7l5rSw0yVb/vlWAYkK/YBwk=' } },
        ],
      }),
    ],
    ['an error in it', (one) => ({ ...one, status: 'entered-in-error' })],
    ['a newer version elsewhere', (one) => ({ ...one, status: 'superseded' })],
    [
      'FHIR that is none',
      (one) => ({
        ...one,
        content: [
          { attachment: { data: PDF.toString('base64'), contentType: 'application/fhir+json' } },
        ],
      }),
    ],
  ])('with %s is refused', async (_, change) => {
    const answer = await post(JSON.parse(JSON.stringify(change(document('Bad')))) as object);
    expect(answer.statusCode).toBe(400);
    expectR4(answer.json());
  });
});

describe('a bundle', () => {
  const import_ = (text: string, url = '/fhir') =>
    send({ method: 'POST', url, headers: fhir, payload: text });
  const transaction = (...texts: string[]) =>
    `{"resourceType":"Bundle","type":"transaction","entry":[${[JSON.stringify(local), ...texts].map((one) => `{"resource":${one}}`).join(',')}]}`;

  it('becomes records of the patient that the own index knows, once', async () => {
    const text = transaction(observation('o1', '5.50'), observation('o2', '6.1'));
    const first = await import_(text);
    expect(first.statusCode).toBe(200);
    expectR4(first.json());
    const statuses = (bundle: Bundle) => bundle.entry?.map(({ response }) => response?.status);
    expect(statuses(first.json())).toEqual(['201 Created', '201 Created', '201 Created']);
    const again = await send({
      method: 'POST',
      url: '/fhir',
      headers: { ...fhir, 'idempotency-key': 'again' },
      payload: text,
    });
    expect(statuses(again.json())).toEqual(['200 OK', '200 OK', '200 OK']);
  });

  it('may have the identifier that every document has', async () => {
    const { entry } = JSON.parse(transaction(observation('o1', '5.50'))) as Bundle;
    const identified = { system: 'urn:ietf:rfc:3986', value: `urn:uuid:${randomUUID()}` };
    const bundle = { resourceType: 'Bundle', type: 'document', identifier: identified, entry };
    expect((await import_(JSON.stringify(bundle))).statusCode).toBe(200);
  });

  it.each<[string, string, number]>([
    ['of two patients', JSON.stringify(bundleOf(local, { ...local, id: 'other' })), 409],
    ['of nobody known', JSON.stringify(bundleOf({ ...local, identifier: [] })), 400],
    [
      'that deletes',
      JSON.stringify({ ...bundleOf(local), entry: [{ request: { method: 'DELETE', url: 'x' } }] }),
      400,
    ],
    ['that is a search', JSON.stringify({ ...bundleOf(local), type: 'searchset' }), 400],
    [
      'with broken references',
      transaction(observation('o3', '1').replace('Patient/local', 'Patient/nobody')),
      422,
    ],
  ])('%s is refused', async (_, text, status) => {
    const answer = await import_(text);
    expect([answer.statusCode, answer.body]).toEqual([status, expect.stringContaining('ERR_')]);
  });
});

test('updates of one resource at once become one series of versions', async () => {
  const who = await world.records.patient('laboratory');
  const about = `Patient/${patientId(who.pseudonym)}`;
  await world.parts.index.put({ ...who.known, person: { identifiers: [], given: [] } });
  const put = (value: string) =>
    send({
      method: 'POST',
      url: `/fhir?patient=${about}`,
      headers: fhir,
      payload: `{"resourceType":"Bundle","type":"transaction","entry":[{"resource":${observation('race', value).replace('"subject":{"reference":"Patient/local"},', '')}}]}`,
    });
  const answers = await Promise.all(['1.0', '2.0', '3.0', '4.0'].map(put));
  expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200, 200]);
  const all = await send({ url: `/fhir/DocumentReference?patient=${about}` });
  const documents = all.json<Bundle>().entry?.map(({ resource }) => resource?.meta?.versionId);
  expect(documents).toEqual(['4']);
});

describe('a search of records', () => {
  let about: string;

  beforeAll(async () => {
    const who = await world.records.patient('clinical-note');
    about = `Patient/${patientId(who.pseudonym)}`;
    await world.parts.index.put({ ...who.known, person: { identifiers: [], given: [] } });
    for (const day of ['2020-06-15', '2020-12-31', '2021-06-15']) {
      const { statusCode } = await post({
        ...document(day, Buffer.from(day)),
        subject: { reference: about },
        context: { period: { start: day, end: day } },
      });
      expect(statusCode).toBe(201);
    }
  });

  it.each([
    ['', 3],
    ['&period=2020-06-15', 1],
    ['&period=2020-06', 1],
    ['&period=2020', 2],
    ['&period=ge2020-12-31', 2],
    ['&period=gt2020-12-31', 1],
    ['&period=le2020-12-31', 2],
    ['&period=ge2020-07-01&period=lt2021-01-01', 1],
    ['&period=ge2020-06-15T00:00:00+02:00', 3],
    ['&date=lt2000-01-01', 0],
    ['&date=gt2000-01-01', 3],
    ['&_lastUpdated=lt2000-01-01', 0],
    ['&contenttype=application/pdf', 3],
    ['&contenttype=application/fhir+json', 0],
  ])('by "%s" finds %i', async (query, count) => {
    const answer = await send({ url: `/fhir/DocumentReference?patient=${about}${query}` });
    expect(answer.json<Bundle>().total).toBe(count);
    const counted = await send({
      url: `/fhir/DocumentReference?patient=${about}${query}&_summary=count`,
    });
    expect(counted.json<Bundle>()).toMatchObject({ total: count });
    expect(counted.json<Bundle>().entry).toBeUndefined();
  });

  it.each(['period=yesterday', 'period=ge', 'date=2020-13-45', '_lastUpdated=ap2020'])(
    'by %s is refused',
    async (query) => {
      const answer = await send({ url: `/fhir/DocumentReference?patient=${about}&${query}` });
      expect(answer.statusCode).toBe(400);
    },
  );

  it('of everything since a time leaves out what was registered before', async () => {
    const everything = async (query: string) =>
      (await send({ url: `/fhir/${about}/$everything?${query}` })).json<Bundle>();
    expect((await everything('_since=2000-01-01T00:00:00Z')).total).toBe(4);
    expect((await everything('_since=2100-01-01T00:00:00Z')).total).toBe(1);
    const counted = await everything('_summary=count');
    expect([counted.total, counted.entry]).toEqual([4, undefined]);
  });

  it('of consents and trails is not counted', async () => {
    for (const type of ['Consent', 'AuditEvent']) {
      const url = `/fhir/${type}?patient=${about}&_summary=count`;
      expect((await send({ url }, 'privacy-officer-1')).statusCode).toBe(400);
    }
  });
});

describe('a bundle about another patient', () => {
  const ada = { family: 'Right', given: ['Ada'] };
  let named: string;
  let other: TestWallet;

  beforeAll(async () => {
    const right = await world.records.patient('laboratory');
    named = `Patient/${patientId(right.pseudonym)}`;
    other = await world.records.patient('laboratory');
    const put = (who: TestWallet, value: string, family: string) =>
      world.parts.index.put({
        ...who.known,
        person: {
          identifiers: [{ system: MRN, value }],
          ...ada,
          family,
          birthDate: '1970-01-01',
        },
      });
    await put(right, '70', 'Right');
    await put(other, '71', 'Other');
  });

  const post_ = (...resources: object[]) =>
    send({
      method: 'POST',
      url: `/fhir?patient=${named}`,
      headers: fhir,
      payload: JSON.stringify(bundleOf(...resources)),
    });
  const person = (members: object) => ({ resourceType: 'Patient', id: 'x', ...members });
  const allergy = (members: object) => ({
    resourceType: 'AllergyIntolerance',
    id: randomUUID(),
    code: { text: 'Penicillin' },
    ...members,
  });

  it.each<[string, () => object[]]>([
    [
      'somebody whom the index does not know',
      () => [
        person({
          identifier: [{ system: MRN, value: '999' }],
          name: [{ family: 'Wrong', given: ['Bob'] }],
          birthDate: '1950-12-31',
        }),
      ],
    ],
    ["another patient's number", () => [person({ identifier: [{ system: MRN, value: '71' }] })]],
    ['another name', () => [person({ name: [{ family: 'Wrong', given: ['Bob'] }] })]],
    ['another day of birth', () => [person({ name: [ada], birthDate: '1950-12-31' })]],
    [
      "the number under somebody else's name and day of birth",
      () => [
        person({
          identifier: [{ system: MRN, value: '70' }],
          name: [{ family: 'Wrong', given: ['Bob'] }],
          birthDate: '1950-12-31',
        }),
      ],
    ],
    [
      "a subject by another patient's number",
      () => [allergy({ patient: { identifier: { system: MRN, value: '71' } } })],
    ],
    [
      "a subject by a number that is not the patient's",
      () => [allergy({ patient: { identifier: { system: MRN, value: '999' } } })],
    ],
    [
      "a conditional reference to another patient's number",
      () => [allergy({ patient: { reference: `Patient?identifier=${MRN}|71` } })],
    ],
    [
      "another patient's pseudonym",
      () => [
        allergy({
          patient: { reference: `https://gw.example/fhir/Patient/${patientId(other.pseudonym)}` },
        }),
      ],
    ],
  ])('by %s is refused', async (_, resources) => {
    const answer = await post_(...resources());
    expect([answer.statusCode, answer.body]).toEqual([
      409,
      expect.stringContaining('ERR_CONFLICT'),
    ]);
  });

  it('is refused in a document too', async () => {
    const inner = bundleOf(person({ identifier: [{ system: MRN, value: '71' }] }));
    const bytes = Buffer.from(JSON.stringify({ ...inner, type: 'document' }));
    const answer = await post({
      ...document('Summary', bytes, 'application/fhir+json'),
      subject: { reference: named },
    });
    expect(answer.statusCode).toBe(409);
  });

  it('is told apart from one of the patient who is named', async () => {
    const answer = await post_(
      person({ identifier: [{ system: MRN, value: '70' }], name: [ada], birthDate: '1970' }),
      allergy({ patient: { identifier: { system: MRN, value: '70' } } }),
    );
    expect(answer.statusCode).toBe(200);
  });
});

test('a document names its patient by the pseudonym, or by a number of the own index', async () => {
  const numbered = (value: string) => ({
    ...document('Numbered', Buffer.from(value)),
    subject: { identifier: { system: MRN, value } },
  });
  const created = await post(numbered('71'));
  expect(created.statusCode).toBe(201);
  const { subject } = created.json<DocumentReference>();
  expect(subject?.reference).toMatch(/^Patient\/[A-Za-z0-9.-]{43}$/);
  expect((await post(numbered('nobody'))).statusCode).toBe(404);
  const person = { identifiers: [{ system: MRN, value: '72' }], given: [] };
  for (const other of ['q', 'r']) {
    await world.parts.index.put({ pseudonym: other.repeat(43), person });
  }
  expect((await post(numbered('72'))).statusCode).toBe(409);
});

describe('a write that comes before its patient', () => {
  it('waits, and is written when the patient is registered here', async () => {
    const who = await TestPatient.make();
    const early = {
      ...document('Early'),
      subject: { reference: `Patient/${patientId(who.pseudonym)}` },
    };
    const first = await post(early);
    expect(first.statusCode).toBe(202);
    expectR4(first.json());
    const task = String(first.headers['content-location']);
    expect((await send({ url: task })).json()).toMatchObject({ status: 'in-progress' });
    const registered = await send(
      {
        method: 'POST',
        url: '/fhir/Patient/$register',
        headers: fhir,
        payload: JSON.stringify({
          resourceType: 'Parameters',
          parameter: [
            { name: 'statement', valueString: await who.registration() },
            { name: 'tagKey', valueString: who.tagKey },
            { name: 'resource', resource: { resourceType: 'Patient' } },
          ],
        }),
      },
      'registrar-1',
    );
    expect(registered.statusCode).toBe(201);
    await world.parts.outbox.settle();
    expect((await send({ url: task })).json()).toMatchObject({ status: 'completed' });
    expect((await post(early)).statusCode).toBe(201);
  });

  it('is told as a task to the client that sent it alone', async () => {
    const who = await TestPatient.make();
    const early = {
      ...document('Early'),
      subject: { reference: `Patient/${patientId(who.pseudonym)}` },
    };
    const as = async (client: string, request: object) => {
      const token = await world.issuer.issue('physician-1', undefined, { client_id: client });
      const headers = { ...fhir, authorization: `Bearer ${token}` };
      return world.app.inject({ ...request, headers });
    };
    const payload = JSON.stringify(early);
    const sent = await as('ward', { method: 'POST', url: '/fhir/DocumentReference', payload });
    const url = String(sent.headers['content-location']);
    expect((await as('ward', { url })).statusCode).toBe(200);
    expect((await as('lab', { url })).statusCode).toBe(404);
  });
});

describe('a condition of a write', () => {
  it.each<[string, object]>([
    ['ifNoneExist', { ifNoneExist: 'identifier=1' }],
    ['ifMatch', { method: 'PUT', ifMatch: 'W/"1"' }],
    ['ifNoneMatch', { ifNoneMatch: '*' }],
    ['ifModifiedSince', { ifModifiedSince: '2026-01-01T00:00:00Z' }],
    ['url', { method: 'PUT', url: 'Observation?identifier=1' }],
  ])('in a bundle (%s) is refused, not passed over', async (name, request) => {
    const resource = { resourceType: 'Observation', id: 'c', status: 'final', code: { text: 'x' } };
    const entry = [{ resource, request: { method: 'POST', url: 'Observation', ...request } }];
    const answer = await send({
      method: 'POST',
      url: `/fhir?patient=${patient}`,
      headers: fhir,
      payload: JSON.stringify({ resourceType: 'Bundle', type: 'transaction', entry }),
    });
    expect(answer.statusCode).toBe(400);
    expect(answer.body).toContain(`Bundle.entry.request.${name}`);
  });

  it.each([
    ['if-none-exist', 'identifier=1'],
    ['if-match', 'W/"1"'],
    ['if-none-match', '*'],
  ])('of a new document (%s) is refused, not passed over', async (name, value) => {
    const answer = await post(document('Conditional'), { [name]: value });
    expect([answer.statusCode, answer.body]).toEqual([
      400,
      expect.stringContaining('ERR_INVALID_ARGUMENT'),
    ]);
  });

  it.each([
    ['*', 428],
    ['"1"', 400],
    ['W/"x"', 400],
  ])('of an amendment that names the version %s is refused', async (ifMatch, status) => {
    const { id = '' } = (await post(document('Once'))).json<DocumentReference>();
    const answer = await send({
      method: 'PUT',
      url: `/fhir/DocumentReference/${id}`,
      headers: { ...fhir, 'if-match': ifMatch },
      payload: JSON.stringify(document('Twice')),
    });
    expect(answer.statusCode).toBe(status);
  });
});

test('the capability statement claims no more than the gateway does', async () => {
  const statement = (await send({ url: '/fhir/metadata' })).json<CapabilityStatement>();
  expectR4(statement);
  const [rest] = statement.rest ?? [];
  expect(rest?.interaction).toBeUndefined();
  expect(rest?.documentation).toContain('not atomic');
  for (const { interaction = [], conditionalCreate, conditionalUpdate } of rest?.resource ?? []) {
    const codes = interaction.map(({ code }) => code);
    expect(conditionalCreate).toBe(codes.includes('create') ? false : undefined);
    expect(conditionalUpdate).toBe(codes.includes('update') ? false : undefined);
  }
});

describe('the longitudinal record', () => {
  const all = async (first: string) => {
    const entries: NonNullable<Bundle['entry']> = [];
    const totals = new Set<number | undefined>();
    for (let url: string | undefined = first; url !== undefined;) {
      const answer: Awaited<ReturnType<typeof send>> = await send({ url });
      const bundle = answer.json<Bundle>();
      expectR4(bundle);
      entries.push(...(bundle.entry ?? []));
      totals.add(bundle.total);
      url = bundle.link
        ?.find(({ relation }) => relation === 'next')
        ?.url.replace(/^https?:\/\/[^/]+/, '');
    }
    return { entries, totals: [...totals] };
  };

  it('has all that may be read, page by page, with one total', async () => {
    const { entries, totals } = await all(`/fhir/${patient}/$everything?_count=2`);
    expect(totals).toEqual([entries.length]);
    const types = new Set(entries.map(({ resource }) => resource?.resourceType));
    expect(types).toEqual(new Set(['Patient', 'Observation', 'DocumentReference']));
    const observed = entries.find(({ resource }) => resource?.id === 'o1')?.resource;
    expect(observed).toMatchObject({ valueQuantity: { value: 5.5 } });
  });

  it('is searched by category, with the total under consent', async () => {
    const url = `/fhir/DocumentReference?patient=${patient}&_count=1`;
    const before = await all(`${url}&category=laboratory`);
    expect(before.totals).toEqual([2]);
    const { jws } = await wallet.grant({
      decision: 'deny',
      grantee: { mspId: CITY },
      scope: { categoryTags: [wallet.tag('laboratory')] },
    });
    await (await world.client('registrar')).ehr.grantAccess(jws);
    expect((await all(`${url}&category=laboratory`)).entries).toEqual([]);
    const everything = await all(`/fhir/${patient}/$everything`);
    expect(
      everything.entries.some(({ resource }) => resource?.resourceType === 'Observation'),
    ).toBe(false);
    const [{ resource }] = before.entries as [{ resource: DocumentReference }];
    const denied = await send({ url: `/fhir/${resource.content[0]!.attachment.url!}` });
    expect([denied.statusCode, denied.body]).toEqual([
      403,
      expect.stringContaining('ERR_NO_DECISION'),
    ]);
    expectR4(denied.json());
  });
});

describe('the audit trail', () => {
  it('tells a privacy officer per patient who asked for what, page by page', async () => {
    const url = `/fhir/AuditEvent?patient=${patient}&_count=5`;
    const bundle = (await send({ url }, 'privacy-officer-1')).json<Bundle>();
    expectR4(bundle);
    // Grants of a page's time come on top of its size.
    expect(bundle.entry?.length).toBeGreaterThanOrEqual(5);
    expect(bundle.link?.map(({ relation }) => relation)).toEqual(['self', 'next']);
  });

  it("tells a practitioner's own requests, and nobody else's", async () => {
    const own = await send({ url: '/fhir/AuditEvent?agent=Practitioner/physician-1' });
    expectR4(own.json());
    expect(own.json<Bundle>().entry?.length).toBeGreaterThan(0);
    const other = await send({ url: '/fhir/AuditEvent?agent=Practitioner/registrar-1' });
    expect(other.statusCode).toBe(403);
    const all = await send({ url: `/fhir/AuditEvent?agent=${CITY}` });
    expect(all.statusCode).toBe(403);
  });

  describe('and the consents of a patient', () => {
    let who: TestWallet;
    let about: string;
    let recordId: string;

    beforeAll(async () => {
      who = await world.records.patient('laboratory');
      about = `Patient/${patientId(who.pseudonym)}`;
      await world.parts.index.put({ ...who.known, person: { identifiers: [], given: [] } });
      const written = await post({ ...document('Letter'), subject: { reference: about } });
      recordId = written.json<DocumentReference>().id ?? '';
    });

    const urls = () => [`/fhir/AuditEvent?patient=${about}`, `/fhir/Consent?patient=${about}`];
    const statuses = async (by: string) => {
      const found = [];
      for (const url of urls()) found.push((await send({ url }, by)).statusCode);
      return found;
    };
    const readings = async () => {
      const text = await readFile(path.join(world.home, 'trail-readings.jsonl'), 'utf8');
      const lines = text.trim().split('\n');
      return lines
        .map((line) => JSON.parse(line) as { pseudonym?: string; practitioner: string })
        .filter(({ pseudonym }) => pseudonym === who.pseudonym);
    };

    it('are open to nobody for being staff', async () => {
      expect(await statuses('physician-1')).toEqual([403, 403]);
      expect(await statuses('registrar-1')).toEqual([403, 403]);
      const consent = await send({ url: `/fhir/Consent/${randomUUID()}?patient=${about}` });
      expect(consent.statusCode).toBe(403);
      expectR4(consent.json());
    });

    it('are open to a practitioner while a decision about the patient is in force', async () => {
      expect((await send({ url: `/fhir/Binary/${recordId}?patient=${about}` })).statusCode).toBe(
        200,
      );
      expect(await statuses('physician-1')).toEqual([200, 200]);
      expect(await statuses('registrar-1')).toEqual([403, 403]);
      const { jws } = await who.grant({
        decision: 'deny',
        grantee: { practitioner: 'physician-1' },
        scope: {},
      });
      await (await world.client('registrar')).ehr.grantAccess(jws);
      expect(await statuses('physician-1')).toEqual([403, 403]);
    });

    it('are open to a privacy officer', async () => {
      expect(await statuses('privacy-officer-1')).toEqual([200, 200]);
    });

    it("are in the gateway's own log whenever somebody read or was refused them", async () => {
      expect(await readings()).toEqual(
        expect.arrayContaining([
          expect.objectContaining({ practitioner: 'registrar-1', permitted: false }),
          expect.objectContaining({
            practitioner: 'physician-1',
            role: 'physician',
            type: 'AuditEvent',
            by: 'DECISION',
            decisionId: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
            permitted: true,
          }),
          expect.objectContaining({
            practitioner: 'privacy-officer-1',
            type: 'Consent',
            by: 'PRIVACY_OFFICER',
          }),
        ]),
      );
    });

    it('stay closed while the log cannot be written', async () => {
      jest
        .spyOn(world.parts.trailReadings, 'note')
        .mockRejectedValueOnce(new Error('The disk is full'));
      const answer = await send({ url: urls()[0]! }, 'privacy-officer-1');
      expect(answer.statusCode).toBe(500);
      expect(answer.body).not.toContain('AuditEvent');
    });
  });
});

test('a purpose that the token is not for is refused, and a strange one too', async () => {
  const token = await world.issuer.issue('physician-1', 'user/*.rs', { purpose_of_use: 'TREAT' });
  const get = (purpose: string) =>
    world.app.inject({
      url: `/fhir/${patient}/$everything`,
      headers: { authorization: `Bearer ${token}`, 'x-purpose-of-use': purpose },
    });
  expect((await get('HRESCH')).statusCode).toBe(403);
  expect((await get('BTG')).statusCode).toBe(400);
});
