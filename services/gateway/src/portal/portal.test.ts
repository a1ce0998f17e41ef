import { randomUUID } from 'node:crypto';
import { sha256Hex } from '@salus/protocol';
import { GatewayWorld, ORIGIN } from '../test-support/gateway-world.js';
import { TestPatient } from '../test-support/patient.js';

const DAY = 86_400_000;
const WAIT = '/portal/v1/notifications';

let world: GatewayWorld;
let patient: TestPatient;

beforeAll(async () => {
  world = await GatewayWorld.make();
  patient = await TestPatient.make();
  const { ehr } = await world.client('registrar');
  await ehr.registerPatient(await patient.registration());
});

afterEach(() => jest.restoreAllMocks());
afterAll(() => world.close());

/** Asks under a statement of the patient, changed as a test likes. */
async function ask(
  path: string,
  {
    by = patient,
    body = {},
    claims = {},
  }: { by?: TestPatient; body?: object; claims?: object } = {},
) {
  const iat = Math.floor(Date.now() / 1000);
  const said = { pseudonym: patient.pseudonym, method: 'GET', path, bodyHash: sha256Hex('') };
  const jws = await by.sign(
    'PortalRequest.v1',
    { ...said, ...body },
    { audience: ORIGIN, iat, exp: iat + 60, ...claims },
  );
  return { jws, answer: await get(path, `Salus ${jws}`) };
}

const get = (url: string, authorization?: string) =>
  world.app.inject({ url, headers: { ...(authorization !== undefined && { authorization }) } });

const relay = (payload: object) =>
  world.app.inject({
    method: 'POST',
    url: '/portal/v1/statements',
    payload: JSON.stringify(payload),
    headers: { 'content-type': 'application/json' },
  });

const grantOf = (who: TestPatient, jti = randomUUID(), by = who) =>
  by.sign(
    'AccessGrant.v1',
    {
      pseudonym: who.pseudonym,
      decision: 'permit',
      grantee: { mspId: 'ValleyHospitalMSP' },
      scope: { records: ['r1'] },
      notBefore: new Date(Date.now() - 1000).toISOString(),
      notAfter: new Date(Date.now() + DAY).toISOString(),
    },
    { jti },
  );

const event = (block: bigint, payload: unknown, name = 'AccessDecided.v1') =>
  world.events.add({
    contract: 'ehr',
    name,
    blockNumber: block,
    transactionId: `t${block}`,
    payload,
  });

describe('the caller that the portal answers', () => {
  it('is a patient who signs for this portal, path and body, once', async () => {
    const { jws, answer } = await ask(WAIT);
    expect(answer.statusCode).toBe(200);
    expect((await get(WAIT, `Salus ${jws}`)).statusCode).toBe(401);
  });

  it.each<[string, () => Promise<{ answer: { statusCode: number; body: string } }>]>([
    [
      'an unknown patient',
      async () => ask(WAIT, { by: await TestPatient.make(), body: { pseudonym: 'q'.repeat(43) } }),
    ],
    [
      "a known patient's pseudonym under another key",
      async () => ask(WAIT, { by: await TestPatient.make() }),
    ],
    [
      'a request for another portal',
      () => ask(WAIT, { claims: { audience: 'https://evil.example' } }),
    ],
    ['a request for another path', () => ask(WAIT, { body: { path: '/portal/v1/audit' } })],
    ['a request with another method', () => ask(WAIT, { body: { method: 'POST' } })],
    ['a request with another body', () => ask(WAIT, { body: { bodyHash: sha256Hex('x') } })],
    ['a request of another channel', () => ask(WAIT, { claims: { channel: 'other' } })],
    ['a request for the contract', () => ask(WAIT, { claims: { audience: 'ehr' } })],
    [
      'one that lives too long',
      () => ask(WAIT, { claims: { exp: Math.floor(Date.now() / 1000) + 3600 } }),
    ],
    ['one that has expired', () => ask(WAIT, { claims: { iat: 1000, exp: 1060 } })],
    ['one with a member more', () => ask(WAIT, { body: { more: 1 } })],
    ['no token', async () => ({ answer: await get(WAIT) })],
    ['a token of something else', async () => ({ answer: await get(WAIT, 'Salus a.b.c') })],
    [
      'a bearer token',
      async () => ({
        answer: await get(WAIT, `Bearer ${await world.issuer.issue('registrar-1')}`),
      }),
    ],
  ])('is not %s: all are refused alike', async (_, request) => {
    const { answer } = await request();
    const known = await get(WAIT);
    expect([answer.statusCode, answer.body]).toEqual([401, known.body]);
  });
});

describe('statements', () => {
  it('are relayed, and found taken when they come again', async () => {
    const statement = await grantOf(patient);
    const first = await relay({ statement });
    expect(first.json()).toMatchObject({
      type: 'AccessGrant.v1',
      transactionId: expect.any(String) as string,
    });
    const second = await relay({ statement });
    expect(second.statusCode).toBe(200);
    expect(second.json()).not.toHaveProperty('transactionId');
  });

  it('add a key with its possession', async () => {
    const next = await TestPatient.make();
    const { pseudonym } = patient;
    const key = {
      jwk: next.jwk,
      hpkePublicKey: next.hpke.publicKey,
      purposes: ['access'],
      notBefore: new Date(Date.now() - 1000).toISOString(),
    };
    const statement = await patient.sign('KeyAddition.v1', { pseudonym, key });
    expect((await relay({ statement })).statusCode).toBe(400);
    const possession = await next.sign('KeyPossession.v1', {
      pseudonym,
      hpkePublicKey: next.hpke.publicKey,
      addedBy: patient.kid,
    });
    expect((await relay({ statement, possession })).json()).toMatchObject({
      type: 'KeyAddition.v1',
    });
    const { answer } = await ask(WAIT, { by: next });
    expect(answer.statusCode).toBe(200);
  });

  it('of an unknown patient and by a wrong key are refused alike', async () => {
    const stranger = await TestPatient.make();
    const answers = [
      await relay({ statement: await grantOf(stranger) }),
      await relay({ statement: await grantOf(patient, randomUUID(), stranger) }),
      await relay({ statement: 'a.b.c' }),
      await relay({ statement: 7 }),
      await relay({}),
    ];
    for (const answer of answers) {
      expect([answer.statusCode, answer.body]).toEqual([401, answers[0]!.body]);
    }
  });

  it('of other types are not relayed', async () => {
    expect((await relay({ statement: await patient.registration() })).statusCode).toBe(400);
  });

  it.each(['constructor', 'toString', 'valueOf', '__proto__'])(
    'of the type %s, which every object has, are not relayed',
    async (type) => {
      const statement = await patient.sign(type, { pseudonym: patient.pseudonym });
      const answer = await relay({ statement });
      expect([answer.statusCode, answer.body]).toEqual([
        400,
        expect.stringContaining('The portal relays no statements of this type'),
      ]);
    },
  );
});

describe('notifications', () => {
  const of = (who: string, more: object = {}) => ({ pseudonym: who, ...more });
  const since = async (bookmark: string, wait = 0) => {
    const { answer } = await ask(`${WAIT}?since=${encodeURIComponent(bookmark)}&wait=${wait}`);
    return answer.json<{
      events: { transactionId: string; payload: unknown }[];
      bookmark: string;
      truncated: boolean;
    }>();
  };

  it("tell a patient's own events, from where it left off", async () => {
    event(5n, of(patient.pseudonym));
    event(5n, of('q'.repeat(43)));
    const first = await since('');
    expect(first.events).toHaveLength(1);
    event(6n, of(patient.pseudonym));
    const second = await since(first.bookmark);
    expect(second.events.map(({ transactionId }) => transactionId)).toEqual(['t6']);
    expect((await since(second.bookmark)).events).toEqual([]);
  });

  it('wait for what comes', async () => {
    const { bookmark } = await since('');
    const waiting = since(bookmark, 5);
    setTimeout(() => event(7n, of(patient.pseudonym)), 100);
    expect((await waiting).events).toHaveLength(1);
  });

  it('tell nothing of others in an event about several', async () => {
    const { bookmark } = await since('');
    const others = { pseudonym: 'q'.repeat(43), recordIds: ['x'] };
    event(8n, { patients: [others, { pseudonym: patient.pseudonym, recordIds: ['y'] }] });
    const { events } = await since(bookmark);
    expect(events[0]?.payload).toEqual({
      patients: [{ pseudonym: patient.pseudonym, recordIds: ['y'] }],
    });
  });

  it('refuse a wait that is too long', async () => {
    expect((await ask(`${WAIT}?wait=3600`)).answer.statusCode).toBe(400);
  });
});

test('requests come no faster than they may', async () => {
  // All at one moment: a slow machine would let the next minute begin.
  jest.spyOn(Date, 'now').mockReturnValue(Date.now());
  const answers = [];
  for (let count = 0; count < 120; count += 1) answers.push((await get(WAIT)).statusCode);
  expect(answers.at(-1)).toBe(429);
  const refused = await get(WAIT);
  expect(refused.body).toContain('ERR_TOO_MANY_REQUESTS');
  expect(refused.headers['retry-after']).toBeDefined();
});
