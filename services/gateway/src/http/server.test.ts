import { gzipSync } from 'node:zlib';
import type { InjectOptions } from 'fastify';
import { GatewayWorld, newPseudonym } from '../test-support/gateway-world.js';
import { expectR4 } from '../test-support/r4.js';

const CANARY = 'Zyxwvut-Canary';
const MRN = 'urn:oid:1.2.36.146.595.217.0.1';
const MATCH = { method: 'POST', url: '/fhir/Patient/$match' } as const;
const parameters = (patient: object, more: object[] = []) =>
  JSON.stringify({
    resourceType: 'Parameters',
    parameter: [{ name: 'resource', resource: { resourceType: 'Patient', ...patient } }, ...more],
  });
const fhir = { 'content-type': 'application/fhir+json' };

let world: GatewayWorld;

beforeAll(async () => {
  world = await GatewayWorld.make();
});

afterAll(() => world.close());

const asRegistrar = (request: InjectOptions, scope?: string) =>
  world.send('registrar-1', request, scope);

describe('the server', () => {
  it('tells what it can do, how it is, and its OpenAPI document to everybody', async () => {
    const metadata = await world.app.inject('/fhir/metadata');
    expect(metadata.statusCode).toBe(200);
    expect(metadata.headers['content-type']).toBe('application/fhir+json; charset=utf-8');
    expectR4(metadata.json());
    expect((await world.app.inject('/health')).json()).toEqual({ status: 'up', pending: 0 });
    const document = (await world.app.inject('/openapi.json')).json<{
      openapi: string;
      paths: Record<string, unknown>;
    }>();
    expect(document.openapi).toBe('3.1.0');
    expect(Object.keys(document.paths)).toEqual(
      expect.arrayContaining(['/fhir/metadata', '/fhir/Patient/{id}', '/fhir/Patient/$match']),
    );
  });

  it('sends security headers and a request ID with everything', async () => {
    for (const url of ['/health', '/fhir/metadata', '/nowhere']) {
      const { headers } = await world.app.inject(url);
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'cache-control': 'no-store',
        'content-security-policy': expect.stringContaining("default-src 'none'") as string,
        'strict-transport-security': expect.stringContaining('max-age') as string,
      });
      expect(headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
      expect(headers['x-powered-by']).toBeUndefined();
    }
  });

  it.each<[string, InjectOptions, number, string]>([
    ['an unknown place', { url: '/fhir/Nothing/1' }, 404, 'ERR_NOT_FOUND'],
    ['no token', { url: `/fhir/Patient/${'p'.repeat(43)}` }, 401, 'ERR_REQUEST_REFUSED'],
    [
      'XML',
      { url: '/fhir/metadata', headers: { accept: 'text/xml' } },
      406,
      'ERR_INVALID_ARGUMENT',
    ],
    ['XML by _format', { url: '/fhir/metadata?_format=xml' }, 406, 'ERR_INVALID_ARGUMENT'],
  ])('answers %s with an OperationOutcome', async (_, request, status, code) => {
    const answer = await world.app.inject(request);
    expect(answer.statusCode).toBe(status);
    const outcome = answer.json<{ issue: { details: { coding: { code: string }[] } }[] }>();
    expectR4(outcome);
    expect(outcome.issue[0]?.details.coding[0]?.code).toBe(code);
  });

  it.each<[string, InjectOptions, number, string]>([
    ['no JSON', { ...MATCH, headers: fhir, payload: `{"${CANARY}` }, 400, 'ERR_FHIR_INVALID'],
    ['nothing', { ...MATCH, headers: fhir }, 400, 'ERR_FHIR_INVALID'],
    [
      'another resource',
      { ...MATCH, headers: fhir, payload: '{"resourceType":"Observation"}' },
      400,
      'ERR_FHIR_INVALID',
    ],
    ['a list', { ...MATCH, headers: fhir, payload: '[]' }, 400, 'ERR_FHIR_INVALID'],
    [
      'another media type',
      { ...MATCH, headers: { 'content-type': 'text/xml' }, payload: '<a/>' },
      415,
      'ERR_FHIR_INVALID',
    ],
    [
      'a prototype',
      { ...MATCH, headers: fhir, payload: '{"resourceType":"Parameters","__proto__":{"a":1}}' },
      400,
      'ERR_FHIR_INVALID',
    ],
    [
      'deep nesting',
      { ...MATCH, headers: fhir, payload: '['.repeat(100_000) },
      413,
      'ERR_TOO_LARGE',
    ],
    [
      'too much',
      { ...MATCH, headers: fhir, payload: 'x'.repeat(33 * 1024 * 1024) },
      413,
      'ERR_TOO_LARGE',
    ],
    [
      'parameters that are no list',
      { ...MATCH, headers: fhir, payload: '{"resourceType":"Parameters","parameter":7}' },
      400,
      'ERR_FHIR_INVALID',
    ],
    [
      'a parameter that is none',
      { ...MATCH, headers: fhir, payload: '{"resourceType":"Parameters","parameter":[null]}' },
      400,
      'ERR_FHIR_INVALID',
    ],
    [
      'names that are no list',
      { ...MATCH, headers: fhir, payload: parameters({ name: 7 }) },
      400,
      'ERR_FHIR_INVALID',
    ],
    [
      'extensions that are no list',
      {
        method: 'POST',
        url: '/fhir/Consent',
        headers: fhir,
        payload: '{"resourceType":"Consent","extension":{}}',
      },
      400,
      'ERR_FHIR_INVALID',
    ],
    [
      'entries that are no list',
      {
        method: 'POST',
        url: '/fhir',
        headers: fhir,
        payload: '{"resourceType":"Bundle","type":"transaction","entry":"x"}',
      },
      400,
      'ERR_FHIR_INVALID',
    ],
    [
      'a document of strange types',
      {
        method: 'POST',
        url: '/fhir/DocumentReference',
        headers: fhir,
        payload: JSON.stringify({
          resourceType: 'DocumentReference',
          subject: { reference: 7 },
          content: [{ attachment: 7 }],
        }),
      },
      400,
      'ERR_INVALID_ARGUMENT',
    ],
    [
      'a malformed person',
      { ...MATCH, headers: fhir, payload: parameters({ birthDate: CANARY }) },
      400,
      'ERR_FHIR_INVALID',
    ],
    [
      'no patient',
      { ...MATCH, headers: fhir, payload: '{"resourceType":"Parameters"}' },
      400,
      'ERR_INVALID_ARGUMENT',
    ],
    ['a patient of no form', { url: '/fhir/Patient/%00' }, 400, 'ERR_INVALID_ARGUMENT'],
    ['a list of all', { url: '/fhir/Patient' }, 400, 'ERR_INVALID_ARGUMENT'],
    ['a page of nobody', { url: '/fhir/Patient?_id=1&_page=%2F' }, 400, 'ERR_INVALID_ARGUMENT'],
    ['two values', { url: '/fhir/Patient?identifier=a&identifier=b' }, 400, 'ERR_INVALID_ARGUMENT'],
    [
      'an unknown parameter, strictly',
      { url: `/fhir/Patient?identifier=a&${CANARY}=1`, headers: { prefer: 'handling=strict' } },
      400,
      'ERR_INVALID_ARGUMENT',
    ],
  ])('refuses %s', async (_, request, status, code) => {
    const answer = await asRegistrar(request);
    expect(answer.statusCode).toBe(status);
    expectR4(answer.json());
    expect(answer.body).toContain(code);
    expect(answer.body).not.toContain(CANARY);
  });
});

describe('the form of a request', () => {
  const body = parameters({ name: [{ family: 'Nobody' }] });
  const typed = (contentType: string, payload: string | Buffer = body) =>
    asRegistrar({ ...MATCH, headers: { 'content-type': contentType }, payload });

  it.each([
    'application/json+fhir',
    'text/json',
    'application/fhir+xml',
    'application/fhir+ndjson',
    'application/fhir+json; fhirVersion=3.0',
    'application/fhir+json;fhirVersion=5.0',
  ])('with %s is refused as a media type', async (contentType) => {
    const answer = await typed(contentType);
    expect(answer.statusCode).toBe(415);
    expectR4(answer.json());
  });

  it.each([
    'application/fhir+json',
    'application/json; charset=utf-8',
    'application/fhir+json; fhirVersion=4.0',
  ])('with %s is taken', async (contentType) => {
    expect((await typed(contentType)).statusCode).toBe(200);
  });

  it('may begin with a byte order mark', async () => {
    expect((await typed('application/fhir+json', `\ufeff${body}`)).statusCode).toBe(200);
  });

  it('is UTF-8: other bytes would lose letters', async () => {
    const latin = Buffer.from(body.replace('Nobody', 'Müller'), 'latin1');
    const answer = await typed('application/fhir+json', latin);
    expect([answer.statusCode, answer.body]).toEqual([400, expect.stringContaining('not UTF-8')]);
  });

  it('is not compressed', async () => {
    const headers = { ...fhir, 'content-encoding': 'gzip' };
    const answer = await asRegistrar({ ...MATCH, headers, payload: gzipSync(body) });
    expect(answer.statusCode).toBe(415);
    expectR4(answer.json());
  });

  it('may be the Patient alone where that is the only parameter', async () => {
    const payload = JSON.stringify({ resourceType: 'Patient', name: [{ family: 'Nobody' }] });
    expect((await typed('application/fhir+json', payload)).statusCode).toBe(200);
  });

  it.each([
    ['_format=json', undefined, 200],
    ['_format=application/fhir+json', undefined, 200],
    ['_format=application%2Ffhir%2Bjson', undefined, 200],
    ['_format=json&_format=json', undefined, 400],
    ['_format=application/fhir+json;fhirVersion=3.0', undefined, 406],
    ['', 'application/fhir+json; fhirVersion=4.0', 200],
    ['', 'application/fhir+json; fhirVersion=3.0', 406],
    ['', 'text/xml, application/fhir+json', 200],
  ])('that asks for "%s" and %s is answered with %i', async (query, accept, status) => {
    const answer = await world.app.inject({
      url: `/fhir/metadata?${query}`,
      headers: { ...(accept !== undefined && { accept }) },
    });
    expect(answer.statusCode).toBe(status);
    expectR4(answer.json());
  });

  it.each<[NonNullable<InjectOptions['method']>, string, string]>([
    ['HEAD', '/fhir/metadata', 'GET'],
    ['OPTIONS', '/fhir/metadata', 'GET'],
    ['DELETE', '/fhir/DocumentReference/1', 'GET, PUT'],
    ['PATCH', '/fhir/DocumentReference/1', 'GET, PUT'],
    ['POST', '/fhir/DocumentReference/1', 'GET, PUT'],
    ['POST', '/fhir/Patient', 'GET'],
    ['DELETE', '/fhir', 'POST'],
  ])('%s of %s is answered with the methods that the place takes', async (method, url, allow) => {
    const answer = await asRegistrar({ method, url });
    expect([answer.statusCode, answer.headers.allow]).toEqual([405, allow]);
    if (method !== 'HEAD') expectR4(answer.json());
  });

  it('with an address that can not be decoded is answered with an OperationOutcome', async () => {
    const answer = await asRegistrar({ url: '/fhir/Patient/%E0%A4%A' });
    expect(answer.statusCode).toBe(400);
    expectR4(answer.json());
  });
});

describe('tokens at the routes', () => {
  const url = `/fhir/Patient/${'p'.repeat(43)}`;

  it.each([
    ['of another resource', 'user/Consent.rs'],
    ['of another interaction', 'user/Patient.c'],
    ['of a patient in whose context it is not', 'patient/Patient.rs'],
    ['of nothing', ''],
  ])('with scopes %s open nothing', async (_, scope) => {
    const answer = await asRegistrar({ url }, scope);
    expect(answer.statusCode).toBe(403);
    expect(answer.body).toContain('ERR_FORBIDDEN');
    expectR4(answer.json());
  });

  it('of a practitioner without an identity here open nothing', async () => {
    const answer = await world.send('stranger', { url });
    expect([answer.statusCode, answer.body]).toEqual([
      403,
      expect.stringContaining('ERR_FORBIDDEN'),
    ]);
  });
});

describe('$match', () => {
  const person = {
    identifier: [{ system: MRN, value: '12345' }],
    name: [{ family: CANARY, given: ['Maria'] }],
    birthDate: '1974-12-25',
    gender: 'female',
  };
  const pseudonym = newPseudonym();

  beforeAll(() =>
    world.parts.index.put({
      pseudonym,
      person: {
        identifiers: [{ system: MRN, value: '12345' }],
        family: CANARY,
        given: ['Maria'],
        birthDate: '1974-12-25',
        gender: 'female',
      },
    }),
  );

  it('answers from the own index, graded', async () => {
    const answer = await asRegistrar({ ...MATCH, headers: fhir, payload: parameters(person) });
    expect(answer.statusCode).toBe(200);
    const bundle = answer.json<{ entry: { search: { extension: { valueCode: string }[] } }[] }>();
    expectR4(bundle);
    expect(bundle.entry).toHaveLength(1);
    expect(bundle.entry[0]?.search.extension[0]?.valueCode).toBe('certain');
    expect(answer.body).toContain(pseudonym);
  });

  it('answers with nothing where only certain ones are wanted and none is', async () => {
    const only = [{ name: 'onlyCertainMatches', valueBoolean: true }];
    const payload = parameters({ ...person, identifier: [] }, only);
    const answer = await asRegistrar({ ...MATCH, headers: fhir, payload });
    expect(answer.json()).toMatchObject({ total: 0 });
  });

  it('needs the scope to search patients', async () => {
    const request = { ...MATCH, headers: fhir, payload: parameters(person) };
    expect((await asRegistrar(request, 'user/Patient.r')).statusCode).toBe(403);
  });
});

test('the log tells of requests, and nothing of patients', async () => {
  await asRegistrar({ url: `/fhir/Patient?identifier=${MRN}|${CANARY}` });
  await asRegistrar({
    ...MATCH,
    headers: fhir,
    payload: parameters({ name: [{ family: CANARY }] }),
  });
  expect(world.log).toContain('/fhir/Patient/$match');
  expect(world.log).not.toContain(CANARY);
  expect(world.log).not.toContain('Bearer');
  expect(world.log).not.toContain(MRN);
});
