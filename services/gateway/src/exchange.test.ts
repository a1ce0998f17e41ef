import type { Bundle, DocumentReference } from '@medplum/fhirtypes';
import { patientId } from '@salus/fhir';
import type { TestWallet } from '@salus/testing/test-wallet';
import { GatewayWorld } from './test-support/gateway-world.js';
import { expectR4 } from './test-support/r4.js';

const fhir = { 'content-type': 'application/fhir+json' };
const CONFIDENTIALITY = 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality';
const LAB = 'http://terminology.hl7.org/CodeSystem/observation-category';

let world: GatewayWorld;
let wallet: TestWallet;
let patient: string;

const observation = (id: string, category = 'laboratory') => ({
  resourceType: 'Observation',
  id,
  status: 'final',
  category: [{ coding: [{ system: LAB, code: category }] }],
  code: { text: `Canary-${id}` },
});
const bundleOf = (...entry: object[]) =>
  JSON.stringify({ resourceType: 'Bundle', type: 'transaction', entry });
const created = (resource: object) => ({ resource, request: { method: 'POST', url: 'x' } });

const post = (url: string, payload: string, scope: string) =>
  world.send('physician-1', { method: 'POST', url, headers: fhir, payload }, scope);
const import_ = (payload: string, scope: string) =>
  post(`/fhir?patient=${patient}`, payload, scope);
const get = (url: string, scope?: string) => world.send('physician-1', { url }, scope);

/** What a document of FHIR carries. */
const documentOf = (content: object) =>
  JSON.stringify({
    resourceType: 'DocumentReference',
    status: 'current',
    subject: { reference: patient },
    content: [
      {
        attachment: {
          contentType: 'application/fhir+json',
          data: Buffer.from(JSON.stringify(content)).toString('base64'),
        },
      },
    ],
  });

beforeAll(async () => {
  world = await GatewayWorld.make();
  wallet = await world.records.patient('laboratory', 'vital-signs', 'clinical-note');
  patient = `Patient/${patientId(wallet.pseudonym)}`;
  await world.parts.index.put({
    ...wallet.known,
    person: { identifiers: [{ system: 'urn:mrn', value: '1' }], given: [] },
  });
  const { statusCode } = await import_(
    bundleOf(created(observation('lab')), created(observation('pulse', 'vital-signs'))),
    'user/Observation.c',
  );
  expect(statusCode).toBe(200);
  const letter = {
    resourceType: 'DocumentReference',
    status: 'current',
    subject: { reference: patient },
    content: [{ attachment: { contentType: 'application/pdf', data: 'JVBERi0=' } }],
  };
  const written = await post(
    '/fhir/DocumentReference',
    JSON.stringify(letter),
    'user/DocumentReference.c',
  );
  expect(written.statusCode).toBe(201);
  const inner = {
    resourceType: 'Bundle',
    type: 'document',
    entry: [{ resource: { ...observation('inner'), code: { text: 'Canary-inner' } } }],
  };
  const nested = await post(
    '/fhir/DocumentReference',
    documentOf(inner),
    'user/DocumentReference.c user/Bundle.c user/Observation.c',
  );
  expect(nested.statusCode).toBe(201);
});

afterAll(() => world.close());

describe('what leaves the gateway', () => {
  const everything = async (scope: string) => {
    const answer = await get(`/fhir/${patient}/$everything`, scope);
    expect(answer.statusCode).toBe(200);
    expectR4(answer.json());
    const { entry = [], total } = answer.json<Bundle>();
    return { types: entry.map(({ resource }) => resource?.resourceType), total, answer };
  };

  it('is no content for a token with the scope of patients alone', async () => {
    const { types, total, answer } = await everything('user/Patient.r');
    expect(types).toEqual(['Patient']);
    expect(total).toBe(1);
    expect(answer.body).not.toContain('Canary');
  });

  it('is what the token has the scope of, type by type', async () => {
    const observations = await everything('user/Patient.r user/Observation.r');
    expect(observations.types.toSorted()).toEqual(['Observation', 'Observation', 'Patient']);
    expect(observations.total).toBe(3);
    const documents = await everything('user/Patient.r user/DocumentReference.r');
    expect(documents.types).toEqual(['Patient', 'DocumentReference']);
    const all = await everything('user/*.r');
    expect(all.types).toHaveLength(5);
  });

  it('holds no resource inside a document that the token has no scope of', async () => {
    const { types, answer } = await everything('user/Patient.r user/Bundle.r');
    expect(types).toEqual(['Patient', 'OperationOutcome']);
    expect(answer.body).toContain('no scope for 1 resources');
    expect(answer.body).not.toContain('Canary-inner');
    const whole = await everything('user/Patient.r user/Bundle.r user/Observation.r');
    expect(whole.answer.body).toContain('Canary-inner');
  });

  it('meets the query of a granular scope', async () => {
    const scope = `user/Patient.r user/Observation.r?category=${LAB}|laboratory`;
    const { answer } = await everything(scope);
    expect(answer.body).toContain('Canary-lab');
    expect(answer.body).not.toContain('Canary-pulse');
    const unjudged = await everything('user/Patient.r user/Observation.r?date=ge2020');
    expect(unjudged.types).toEqual(['Patient']);
  });

  it('is not opened for a token that may not have it: the ledger logs no reading', async () => {
    const trail = async () => {
      const lines = [];
      const { ehr } = await world.client('registrar');
      for await (const line of ehr.audit(wallet.pseudonym)) lines.push(line.action);
      return lines;
    };
    const before = await trail();
    await everything('user/Patient.r user/DocumentReference.r');
    expect(await trail()).toEqual(before);
  });

  it('is a content of FHIR only with the scope of its own type', async () => {
    const all = await get(`/fhir/DocumentReference?patient=${patient}`);
    const documents = all.json<Bundle>().entry?.map(({ resource }) => resource) ?? [];
    const urls = documents.map((one) =>
      one?.resourceType === 'DocumentReference' ? one.content[0]!.attachment : {},
    );
    const ofType = (wanted: string) =>
      urls.flatMap(({ contentType, url = '' }) => (contentType === wanted ? [url] : []));
    const [pdf = ''] = ofType('application/pdf');
    expect((await get(`/fhir/${pdf}`, 'user/Binary.r')).statusCode).toBe(200);
    const read = async (url: string, scope: string) => {
      const { statusCode, body } = await get(`/fhir/${url}`, scope);
      return { statusCode, body };
    };
    const narrow = 'user/Binary.r user/Bundle.r user/Observation.r';
    const found = ofType('application/fhir+json');
    expect(found).toHaveLength(3);
    for (const url of found) {
      expect((await read(url, 'user/Binary.r')).statusCode).toBe(403);
      expect((await read(url, 'user/Observation.r')).statusCode).toBe(403);
      const whole = await read(url, 'user/Binary.r user/*.r');
      expect(whole.statusCode).toBe(200);
      // A document holds resources of other types.
      const isDocument = whole.body.includes('Canary-inner');
      expect((await read(url, narrow)).statusCode).toBe(isDocument ? 403 : 200);
    }
  });

  it('is no task for a token without the scope of tasks', async () => {
    const url = `/fhir/Task/${'0'.repeat(64)}`;
    expect((await get(url, 'user/DocumentReference.cruds')).statusCode).toBe(403);
    expect((await get(url, 'user/Task.r')).statusCode).toBe(404);
  });
});

test('a content is judged by its labels where the scope asks for labels', async () => {
  const bytes = Buffer.from('labelled');
  const written = await post(
    '/fhir/DocumentReference',
    JSON.stringify({
      resourceType: 'DocumentReference',
      status: 'current',
      subject: { reference: patient },
      securityLabel: [{ coding: [{ system: CONFIDENTIALITY, code: 'R' }] }],
      content: [{ attachment: { contentType: 'text/plain', data: bytes.toString('base64') } }],
    }),
    'user/DocumentReference.c',
  );
  const { url = '' } = written.json<DocumentReference>().content[0]!.attachment;
  const read = (label: string) =>
    world.send(
      'physician-1',
      { url: `/fhir/${url}`, headers: { accept: 'application/fhir+json' } },
      `user/Binary.r?_security=${CONFIDENTIALITY}|${label}`,
    );
  expect((await read('N')).statusCode).toBe(403);
  const allowed = await read('R');
  expect(allowed.statusCode).toBe(200);
  expectR4(allowed.json());
});

test('a record that is not there is denied by the ledger, which logs it', async () => {
  const answer = await get(`/fhir/Binary/nothing?patient=${patient}`);
  expect([answer.statusCode, answer.body]).toEqual([
    403,
    expect.stringContaining('ERR_NO_DECISION'),
  ]);
});

describe('what enters by a bundle', () => {
  const medication = { resourceType: 'MedicationRequest', id: 'm', status: 'active' };

  it.each<[string, object[], string, number]>([
    ['another type', [created(medication)], 'user/DocumentReference.c', 403],
    [
      'one other type among others',
      [created(observation('a')), created(medication)],
      'user/Observation.c',
      403,
    ],
    [
      'a resource to update under a scope to create',
      [{ resource: observation('b'), request: { method: 'PUT', url: 'x' } }],
      'user/Observation.c',
      403,
    ],
    [
      'a bundle in a bundle',
      [created({ resourceType: 'Bundle', type: 'collection', entry: [{ resource: medication }] })],
      'user/Bundle.c',
      403,
    ],
    [
      'a resource that does not meet the query of the scope',
      [created(observation('c', 'vital-signs'))],
      `user/Observation.c?category=${LAB}|laboratory`,
      403,
    ],
    [
      'a resource that meets the query of the scope',
      [created(observation('d'))],
      `user/Observation.c?category=${LAB}|laboratory`,
      200,
    ],
    ['nothing', [], 'user/DocumentReference.c', 400],
    ['entries without resources', [{ request: { method: 'POST' } }], 'user/*.c', 400],
  ])('with %s is judged by the scope of each type', async (_, entries, scope, status) => {
    const answer = await import_(bundleOf(...entries), scope);
    expect([answer.statusCode, answer.body]).toEqual([status, expect.any(String)]);
    expectR4(answer.json());
  });

  it('and what a document carries are judged alike', async () => {
    const answer = await post(
      '/fhir/DocumentReference',
      documentOf(medication),
      'user/DocumentReference.c',
    );
    expect(answer.statusCode).toBe(403);
  });

  it.each(['1', 'unknown'])(
    'tells a token without the scope nothing of whether the index knows the number %s',
    async (value) => {
      const number = { system: 'urn:mrn', value };
      const bundle = bundleOf(created({ resourceType: 'Patient', identifier: [number] }));
      const imported = await post('/fhir', bundle, 'user/Observation.cruds');
      const letter = JSON.stringify({
        resourceType: 'DocumentReference',
        status: 'current',
        subject: { identifier: number },
        content: [{ attachment: { contentType: 'text/plain', data: 'eA==' } }],
      });
      const written = await post('/fhir/DocumentReference', letter, 'user/Observation.cruds');
      expect([imported.statusCode, written.statusCode]).toEqual([403, 403]);
    },
  );

  it('is told which query the gateway cannot judge', async () => {
    const answer = await import_(
      bundleOf(created(observation('e'))),
      'user/Observation.c?date=ge2020',
    );
    expect(answer.statusCode).toBe(403);
    expect(answer.body).toContain("can't judge");
  });
});
