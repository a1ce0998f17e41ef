import { randomUUID } from 'node:crypto';
import type { Consent } from '@medplum/fhirtypes';
import { categoryTag } from '@salus/crypto/content';
import { patientId, SALUS } from '@salus/fhir';
import { consentFromGrant } from '@salus/fhir/consent';
import { accessGrant } from '@salus/protocol';
import { namesOf } from '../consent/names.js';
import { GatewayWorld } from '../test-support/gateway-world.js';
import { TestPatient } from '../test-support/patient.js';
import { expectR4 } from '../test-support/r4.js';

const fhir = { 'content-type': 'application/fhir+json' };
const DAY = 86_400_000;

let world: GatewayWorld;
let patient: TestPatient;

beforeAll(async () => {
  world = await GatewayWorld.make();
  patient = await TestPatient.make();
  const registered = await world.send('registrar-1', {
    method: 'POST',
    url: '/fhir/Patient/$register',
    headers: fhir,
    payload: JSON.stringify(await registration(patient)),
  });
  expect(registered.statusCode).toBe(201);
  expectR4(registered.json());
});

afterAll(() => world.close());

async function registration(who: TestPatient) {
  return {
    resourceType: 'Parameters',
    parameter: [
      { name: 'statement', valueString: await who.registration() },
      { name: 'tagKey', valueString: who.tagKey },
      { name: 'resource', resource: { resourceType: 'Patient', name: [{ family: 'Canary' }] } },
    ],
  };
}

const grantBody = (who: TestPatient = patient) =>
  accessGrant.parse({
    pseudonym: who.pseudonym,
    decision: 'permit',
    grantee: { mspId: 'ValleyHospitalMSP', role: 'physician' },
    scope: { categoryTags: [categoryTag(who.tagKey, 'laboratory')] },
    purposes: ['TREAT'],
    notBefore: new Date(Date.now() - 1000).toISOString(),
    notAfter: new Date(Date.now() + DAY).toISOString(),
  });

/** A Consent that says what is signed, unless changed. */
async function signedConsent(
  change: (consent: Consent) => Consent = (consent) => consent,
  { body = grantBody(), by = patient, jti = randomUUID() } = {},
) {
  const names = namesOf(world.parts.index, body.pseudonym);
  const { consent } = consentFromGrant(body, names) as unknown as { consent: Consent };
  const statement = await by.sign('AccessGrant.v1', { ...body }, { jti });
  const extension = [{ url: SALUS.statement, valueString: statement }];
  return { grantId: jti, statement, consent: change({ ...consent, extension }) };
}

const post = (consent: unknown, headers: Record<string, string> = {}) =>
  world.send('physician-1', {
    method: 'POST' as const,
    url: '/fhir/Consent',
    headers: { ...fhir, ...headers },
    payload: JSON.stringify(consent),
  });

describe('a registered patient', () => {
  it('is read by pseudonym, and nothing of who it is is told', async () => {
    const url = `/fhir/Patient/${patientId(patient.pseudonym)}`;
    const answer = await world.send('physician-1', { url });
    expectR4(answer.json());
    expect(answer.json()).toMatchObject({ id: patientId(patient.pseudonym), active: true });
    expect(answer.body).not.toContain('Canary');
    const again = { url, headers: { 'if-none-match': answer.headers.etag } };
    expect((await world.send('physician-1', again)).statusCode).toBe(304);
  });

  it('is registered once, however often it is asked for', async () => {
    const other = await TestPatient.make();
    const payload = JSON.stringify(await registration(other));
    const request = {
      method: 'POST',
      url: '/fhir/Patient/$register',
      headers: fhir,
      payload,
    } as const;
    const keyed = (key: string) => ({ ...request, headers: { ...fhir, 'idempotency-key': key } });
    const answers = [
      await world.send('registrar-1', keyed('a')),
      await world.send('registrar-1', keyed('a')),
      await world.send('registrar-1', keyed('b')),
    ];
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([201, 201, 201]);
  });
});

describe('a consent', () => {
  it('is taken with what the patient signed, and read as it was signed', async () => {
    const { consent, grantId, statement } = await signedConsent();
    const created = await post(consent);
    expect(created.statusCode).toBe(201);
    expect(created.headers.location).toBe(`/fhir/Consent/${grantId}`);
    expectR4(created.json());
    const read = await world.send('privacy-officer-1', { url: `/fhir/Consent/${grantId}` });
    expectR4(read.json());
    expect(read.headers.etag).toBe('W/"1"');
    expect(read.json()).toMatchObject({
      status: 'active',
      extension: [{ url: SALUS.statement, valueString: statement }],
      provision: { provision: [{ type: 'permit', class: [{ code: 'laboratory' }] }] },
    });
  });

  it('is taken once under its key, and its answer comes again', async () => {
    const { consent } = await signedConsent();
    const key = { 'idempotency-key': randomUUID() };
    const answers = [await post(consent, key), await post(consent, key)];
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([201, 201]);
    expect(answers[0]!.body).toBe(answers[1]!.body);
    const other = (await signedConsent()).consent;
    expect((await post(other, key)).statusCode).toBe(422);
  });

  it('is taken again by another key only as the same', async () => {
    const { consent } = await signedConsent();
    expect((await post(consent, { 'idempotency-key': 'x1' })).statusCode).toBe(201);
    expect((await post(consent, { 'idempotency-key': 'x2' })).statusCode).toBe(201);
  });

  it.each<[string, (consent: Consent) => Consent, string]>([
    [
      'another grantee',
      (one) =>
        within(one, {
          actor: [
            {
              ...one.provision!.provision![0]!.actor![0]!,
              reference: { identifier: { system: SALUS.mspId, value: 'InsurerMSP' } },
            },
          ],
        }),
      'grantee',
    ],
    ['another decision', (one) => within(one, { type: 'deny' }), 'decision'],
    [
      'a longer period',
      (one) =>
        within(one, { period: { start: '2026-01-01T00:00:00Z', end: '2036-01-01T00:00:00Z' } }),
      'notAfter',
    ],
    [
      'another category',
      (one) => within(one, { class: [{ system: SALUS.category, code: 'imaging' }] }),
      'scope.categoryTags',
    ],
    ['no purposes', (one) => within(one, { purpose: undefined }), 'purposes'],
    [
      'a purpose more',
      (one) =>
        within(one, {
          purpose: [
            ...one.provision!.provision![0]!.purpose!,
            { system: 'http://terminology.hl7.org/CodeSystem/v3-ActReason', code: 'HRESCH' },
          ],
        }),
      'purposes',
    ],
    [
      'a code that no grant has',
      (one) => within(one, { code: [{ text: 'x' }] }),
      'Consent.provision',
    ],
    ['no provision', ({ provision: _, ...one }) => one, 'Consent.provision'],
  ])(
    'that says %s than what was signed is refused, and the difference told',
    async (_, change, at) => {
      const { consent } = await signedConsent(change);
      const answer = await post(JSON.parse(JSON.stringify(consent)));
      expect(answer.statusCode).toBe(422);
      const outcome = answer.json<{ issue: { expression?: string[] }[] }>();
      expectR4(outcome);
      const told = outcome.issue.slice(1).flatMap(({ expression = [] }) => expression);
      expect(told.some((path) => path.includes(at))).toBe(true);
    },
  );

  it.each<[string, () => Promise<unknown>, number]>([
    [
      'without a signature',
      async () => ({ ...(await signedConsent()).consent, extension: [] }),
      422,
    ],
    [
      'signed by another patient',
      async () => (await signedConsent((c) => c, { by: await TestPatient.make() })).consent,
      422,
    ],
    ['changed by one byte', async () => (await signedConsent((one) => flipped(one))).consent, 422],
    [
      'of another patient than its resource',
      async () =>
        (
          await signedConsent((one) => ({
            ...one,
            patient: { reference: `Patient/${'q'.repeat(43)}` },
          }))
        ).consent,
      422,
    ],
  ])('%s is refused', async (_, make, status) => {
    const answer = await post(await make());
    expect([answer.statusCode, answer.body]).toEqual([status, expect.stringContaining('ERR_')]);
    expectR4(answer.json());
  });

  it("is withdrawn by the patient's signature alone, once", async () => {
    const { consent, grantId } = await signedConsent();
    await post(consent);
    const put = (payload: object) =>
      world.send('physician-1', {
        method: 'PUT' as const,
        url: `/fhir/Consent/${grantId}`,
        headers: fhir,
        payload: JSON.stringify(payload),
      });
    expect((await put({ ...consent, status: 'inactive' })).statusCode).toBe(422);
    const { pseudonym } = patient;
    const valueString = await patient.sign('ConsentWithdrawal.v1', { pseudonym, grant: grantId });
    const withdrawal = {
      ...consent,
      status: 'inactive',
      extension: [{ url: SALUS.statement, valueString }],
    };
    const answers = [await put(withdrawal), await put(withdrawal)];
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200]);
    expect(answers[0]!.json()).toMatchObject({ status: 'inactive', meta: { versionId: '2' } });
  });

  it('is found by its patient, page by page', async () => {
    const seen = new Set<string>();
    let next: string | undefined =
      `/fhir/Consent?patient=Patient/${patientId(patient.pseudonym)}&_count=2`;
    for (let pages = 0; next !== undefined && pages < 10; pages += 1) {
      const answer: Awaited<ReturnType<typeof world.send>> = await world.send('privacy-officer-1', {
        url: next,
      });
      const bundle = answer.json<{
        entry?: { resource: { id: string } }[];
        link: { relation: string; url: string }[];
      }>();
      expectR4(bundle);
      for (const { resource } of bundle.entry ?? []) seen.add(resource.id);
      next = bundle.link
        .find(({ relation }) => relation === 'next')
        ?.url.replace(/^https?:\/\/[^/]+/, '');
    }
    expect(seen.size).toBeGreaterThanOrEqual(4);
  });

  it("is nobody's to see in another patient's context", async () => {
    const token = await world.issuer.issue('physician-1', 'patient/*.rs', {
      patient: patientId('q'.repeat(43)),
    });
    const answer = await world.app.inject({
      url: `/fhir/Consent?patient=${patientId(patient.pseudonym)}`,
      headers: { authorization: `Bearer ${token}` },
    });
    expect(answer.statusCode).toBe(403);
  });
});

test('a gateway that starts again knows its patients and its answers', async () => {
  const { consent } = await signedConsent();
  const key = { 'idempotency-key': 'restart' };
  const before = await post(consent, key);
  await world.restart();
  expect((await post(consent, key)).body).toBe(before.body);
});

function within(consent: Consent, change: object): Consent {
  const [inner] = consent.provision!.provision!;
  return { ...consent, provision: { provision: [{ ...inner!, ...change }] } };
}

function flipped(consent: Consent): Consent {
  const [{ valueString = '' } = { valueString: '' }] = consent.extension ?? [];
  const [head = '', body = '', signature = ''] = valueString.split('.');
  const changed = `${head}.${body}.${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`;
  return { ...consent, extension: [{ url: SALUS.statement, valueString: changed }] };
}
