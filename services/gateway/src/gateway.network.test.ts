import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import tls from 'node:tls';
import type {
  AuditEvent,
  Bundle,
  Consent,
  DocumentReference,
  Parameters,
} from '@medplum/fhirtypes';
import { Client } from 'fhir-kit-client';
import { connect, type SalusClient } from '@salus/client';
import { fetchChannelConfig } from '@salus/client/proofs';
import { patientId, SALUS } from '@salus/fhir';
import { consentFromGrant } from '@salus/fhir/consent';
import {
  readChannelConfig,
  readReceipt,
  verifyReceipt,
  verifySignedAnswers,
  type SignedAnswers,
} from '@salus/proofs';
import { accessGrant, sha256Hex } from '@salus/protocol';
import { connectAs } from '@salus/testing/running-network';
import { furnish, serve, type Served } from '@salus/testing/salus-process';
import { GatewayProcess } from './test-support/gateway-process.js';
import { TestPatient } from './test-support/patient.js';
import { expectR4 } from './test-support/r4.js';
import { TokenIssuer } from './test-support/token-issuer.js';

const DAY = 86_400_000;
const MRN = 'urn:oid:1.2.36.146.595.217.0.1';
const LETTER = Buffer.from('%PDF-1.7 a letter');

let home: string;
let issuer: TokenIssuer;
let gateway: GatewayProcess;
let ledger: SalusClient;
let patient: TestPatient;
const running: Served[] = [];

beforeAll(async () => {
  home = await mkdtemp(path.join(tmpdir(), 'salus-gateway-'));
  ledger = await connect(connectAs('CityHospital', 'physician'));
  tls.setDefaultCACertificates([...tls.getCACertificates(), ...ledger.tlsRoots]);
  const store = await serve(
    furnish(path.join(home, 'store'), 'CityHospital', 'store'),
    'store',
    'serve',
  );
  const keys = await serve(
    furnish(path.join(home, 'keys'), 'CityHospital', 'keyservice'),
    'keys',
    'serve',
  );
  running.push(store, keys);
  issuer = await TokenIssuer.make();
  gateway = await GatewayProcess.start(path.join(home, 'gateway'), issuer, {
    stores: { CityHospitalMSP: store.url },
    keyServices: { CityHospitalMSP: keys.url },
  });
  patient = await TestPatient.make();
});

// Each by itself: what runs is stopped although the gateway could not be started.
afterAll(() => gateway.stop());
afterAll(async () => {
  for (const service of running) await service.stop();
  ledger.close();
  await rm(home, { recursive: true });
});

/** A FHIR client as a hospital's system has one. */
const clientOf = async (practitioner: string, scope?: string) =>
  new Client({
    baseUrl: `${gateway.url}/fhir`,
    bearerToken: await issuer.issue(practitioner, scope),
  });

// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- the caller's knowledge
const fhir = <T>(resource: unknown): T => {
  expectR4(resource);
  return resource as T;
};

const document = (title: string, bytes = LETTER) => ({
  resourceType: 'DocumentReference',
  status: 'current',
  subject: { reference: `Patient/${patientId(patient.pseudonym)}` },
  content: [
    { attachment: { contentType: 'application/pdf', title, data: bytes.toString('base64') } },
  ],
});

test('a FHIR client registers a patient, finds it, and writes and reads its record', async () => {
  const registrar = await clientOf('registrar-1');
  const physician = await clientOf('city-physician-1');
  const metadata = fhir<{ fhirVersion: string }>(await physician.capabilityStatement());
  expect(metadata.fhirVersion).toBe('4.0.1');

  const person = {
    resourceType: 'Patient',
    identifier: [{ system: MRN, value: '4711' }],
    name: [{ family: 'Canary', given: ['Maria'] }],
    birthDate: '1974-12-25',
  };
  const parameters: Parameters = {
    resourceType: 'Parameters',
    parameter: [
      { name: 'statement', valueString: await patient.registration() },
      { name: 'tagKey', valueString: patient.tagKey },
      { name: 'resource', resource: person as never },
    ],
  };
  const input = { name: '$register', resourceType: 'Patient', method: 'POST' } as const;
  fhir(await registrar.operation({ ...input, input: parameters as never }));
  const asked = { resourceType: 'Parameters', parameter: [{ name: 'resource', resource: person }] };
  const match = await physician.operation({ ...input, name: '$match', input: asked });
  const { entry: [found] = [] } = fhir<Bundle>(match);
  expect(found?.resource?.id).toBe(patientId(patient.pseudonym));

  const body = accessGrant.parse({
    pseudonym: patient.pseudonym,
    decision: 'permit',
    grantee: { mspId: 'ValleyHospitalMSP', role: 'physician' },
    scope: { records: ['r1'] },
    purposes: ['TREAT'],
    notBefore: new Date(Date.now() - 1000).toISOString(),
    notAfter: new Date(Date.now() + DAY).toISOString(),
  });
  const names = {
    categoryTags: [],
    categoryOf: () => undefined,
    labelOf: () => undefined,
    tagOfCategory: () => undefined,
    tagOfLabel: () => undefined,
  };
  const { consent } = consentFromGrant(body, names);
  const statement = await patient.sign('AccessGrant.v1', { ...body });
  const signed = { ...consent, extension: [{ url: SALUS.statement, valueString: statement }] };
  const created = fhir<Consent>(await physician.create({ resourceType: 'Consent', body: signed }));
  const made = fhir<DocumentReference>(
    await physician.create({
      resourceType: 'DocumentReference',
      body: document('Letter'),
    }),
  );
  const [, id = ''] = made.content[0]!.attachment.url!.split('/');
  const binary = fhir<{ data: string }>(await physician.read({ resourceType: 'Binary', id }));
  expect(binary.data).toBe(LETTER.toString('base64'));

  // The decision about the letter opens consents and trail as well.
  fhir(await physician.read({ resourceType: 'Consent', id: created.id! }));
  const searchParams = { patient: patientId(patient.pseudonym) };
  const consents = fhir<Bundle>(await physician.search({ resourceType: 'Consent', searchParams }));
  expect(consents.entry).toHaveLength(1);

  const observation = {
    resourceType: 'Observation',
    id: 'o1',
    status: 'final',
    code: { text: 'Glucose' },
  };
  const bundle = {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: [person, observation].map((resource) => ({
      resource,
      request: { method: 'POST', url: resource.resourceType },
    })),
  };
  fhir(await physician.transaction({ body: bundle }));
  const everything = fhir<Bundle>(
    await physician.operation({
      ...input,
      name: '$everything',
      method: 'GET',
      id: patientId(patient.pseudonym),
      input: {},
    }),
  );
  expect(everything.total).toBe(4);
  expect(everything.entry).toHaveLength(4);

  const trail = fhir<Bundle>(await physician.search({ resourceType: 'AuditEvent', searchParams }));
  const agents = trail.entry?.map(({ resource }) => JSON.stringify((resource as AuditEvent).agent));
  expect(agents?.some((agent) => agent.includes('city-physician-1'))).toBe(true);
});

test('a FHIR client is told what is wrong by an OperationOutcome', async () => {
  const stranger = await clientOf('somebody');
  const reading = stranger.read({ resourceType: 'Patient', id: patientId(patient.pseudonym) });
  const error = await reading.catch(
    (cause: unknown) => cause as { response: { status: number; data: unknown } },
  );
  const { status, data } = (error as { response: { status: number; data: unknown } }).response;
  expect(status).toBe(403);
  expectR4(data);
});

test('a gateway that is killed at any time loses nothing and doubles nothing', async () => {
  const before = (await ledger.ehr.listRecords(patient.pseudonym)).results.length;
  const delays = [5, 60, 150, 300, 600, 1200];
  for (const [index, delay] of delays.entries()) {
    const authorization = `Bearer ${await issuer.issue('city-physician-1')}`;
    const key = randomUUID();
    const send = () =>
      fetch(`${gateway.url}/fhir/DocumentReference`, {
        method: 'POST',
        headers: { authorization, 'content-type': 'application/fhir+json', 'idempotency-key': key },
        body: JSON.stringify(document(`Letter ${index}`, Buffer.from(`letter ${index}`))),
      });
    const first = send().catch(() => undefined);
    await sleep(delay);
    await gateway.kill();
    await first;
    await gateway.run();
    const again = await send();
    expect([200, 201]).toContain(again.status);
    expectR4(await again.json());
  }
  const after = (await ledger.ehr.listRecords(patient.pseudonym)).results;
  expect(after).toHaveLength(before + delays.length);
});

describe('the portal', () => {
  const ask = async (at: string): Promise<string> => {
    const iat = Math.floor(Date.now() / 1000);
    const body = { pseudonym: patient.pseudonym, method: 'GET', path: at, bodyHash: sha256Hex('') };
    const jws = await patient.sign('PortalRequest.v1', body, {
      audience: gateway.url,
      iat,
      exp: iat + 60,
    });
    const answer = await fetch(`${gateway.url}${at}`, {
      headers: { authorization: `Salus ${jws}` },
    });
    expect(answer.status).toBe(200);
    return answer.text();
  };

  it('hands out a trail and a receipt that the patient proves without it', async () => {
    const trust = await readChannelConfig(await fetchChannelConfig(ledger));
    const trail = JSON.parse(await ask('/portal/v1/audit?pageSize=100')) as SignedAnswers;
    const { pseudonym } = patient;
    const proven = verifySignedAnswers(trail, trust, {
      transaction: 'auditTrail',
      request: { pseudonym },
    });
    const { results } = proven.value as {
      results: { action: string; decisionId?: string; transactionId: string; at: string }[];
    };
    const decided = results.find(({ action }) => action === 'ACCESS_DECIDED')!;
    const { transactionId, at } = decided;
    const receipt = await ask(
      `/portal/v1/receipts/${transactionId}?decidedAt=${encodeURIComponent(at)}`,
    );
    const verified = verifyReceipt(readReceipt(receipt), trust);
    expect(verified).toMatchObject({ decision: { decisionId: transactionId, pseudonym } });
  });

  it('tells of what happens, as it happens', async () => {
    const { bookmark } = JSON.parse(await ask('/portal/v1/notifications')) as { bookmark: string };
    const notified = async () =>
      JSON.parse(await ask(`/portal/v1/notifications?since=${bookmark}&wait=20`)) as {
        events: { name: string }[];
      };
    const waiting = notified();
    await sleep(300);
    const statement = await patient.sign('CategoryKeys.v1', {
      pseudonym: patient.pseudonym,
      keys: [{ categoryTag: patient.tagKey, epoch: 1, publicKey: patient.hpke.publicKey }],
    });
    const relayed = await fetch(`${gateway.url}/portal/v1/statements`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ statement }),
    });
    expect(await relayed.json()).toMatchObject({ type: 'CategoryKeys.v1' });
    let { events } = await waiting;
    // A busy network may take longer than one wait.
    while (events.length === 0) ({ events } = await notified());
    expect(events.map(({ name }) => name)).toEqual(['CategoryKeysSet.v1']);
  });
});
