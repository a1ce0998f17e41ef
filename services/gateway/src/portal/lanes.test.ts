import { randomUUID } from 'node:crypto';
import { sha256Hex } from '@salus/protocol';
import { gatewaySettings } from '../settings/settings.js';
import { GatewayWorld, ORIGIN } from '../test-support/gateway-world.js';
import { TestPatient } from '../test-support/patient.js';

/** Of the world's portal, for a minute. */
const LIMIT = 20;
const DAY = 86_400_000;
const WAIT = '/portal/v1/notifications';

let world: GatewayWorld;
let patient: TestPatient;

beforeAll(async () => {
  world = await GatewayWorld.make({ trustedProxies: ['127.0.0.1'], requestsPerMinute: LIMIT });
});

beforeEach(async () => {
  // A gateway that starts again has counted nothing yet.
  await world.restart();
  patient = await registered();
  // All at one moment: a slow machine would let the next minute begin.
  jest.spyOn(Date, 'now').mockReturnValue(Date.now());
});

afterEach(() => jest.restoreAllMocks());
afterAll(() => world.close());

async function registered(): Promise<TestPatient> {
  const who = await TestPatient.make();
  const { ehr } = await world.client('registrar');
  await ehr.registerPatient(await who.registration());
  return who;
}

/** The caller's address, as the proxy tells it. */
interface From {
  readonly ip?: string;
  /** Of whoever calls the gateway; the trusted proxy's unless told otherwise. */
  readonly remoteAddress?: string;
}

const relay = async (
  statement: unknown,
  { ip = '198.51.100.1', remoteAddress = '127.0.0.1' }: From = {},
) => {
  const answer = await world.app.inject({
    remoteAddress,
    method: 'POST',
    url: '/portal/v1/statements',
    payload: JSON.stringify({ statement }),
    headers: { 'content-type': 'application/json', 'x-forwarded-for': ip },
  });
  return answer.statusCode;
};

const ask = async (by: TestPatient, { ip = '198.51.100.1' }: From = {}) => {
  const iat = Math.floor(Date.now() / 1000);
  const jws = await by.sign(
    'PortalRequest.v1',
    { pseudonym: by.pseudonym, method: 'GET', path: WAIT, bodyHash: sha256Hex('') },
    { audience: ORIGIN, iat, exp: iat + 60 },
  );
  const headers = { authorization: `Salus ${jws}`, 'x-forwarded-for': ip };
  return (await world.app.inject({ url: WAIT, headers })).statusCode;
};

const times = async (count: number, act: () => Promise<number>) => {
  const codes = [];
  for (let at = 0; at < count; at += 1) codes.push(await act());
  return codes;
};

const grant = (by: TestPatient, decision = 'permit', jti = randomUUID()) =>
  by.sign(
    'AccessGrant.v1',
    {
      pseudonym: by.pseudonym,
      decision,
      grantee: { mspId: 'ValleyHospitalMSP' },
      scope: { records: ['r1'] },
      notBefore: new Date(Date.now() - 1000).toISOString(),
      notAfter: new Date(Date.now() + DAY).toISOString(),
    },
    { jti },
  );
const withdrawal = (by: TestPatient, grantId: string) =>
  by.sign('ConsentWithdrawal.v1', { pseudonym: by.pseudonym, grant: grantId });

describe('the limits of the portal', () => {
  it('let junk of one address stop no patient of that address', async () => {
    const jti = randomUUID();
    expect(await relay(await grant(patient, 'permit', jti))).toBe(200);
    const junk = await times(LIMIT + 1, () => relay('a.b.c'));
    expect(junk.at(-1)).toBe(429);
    expect(await ask(patient)).toBe(200);
    expect(await relay(await withdrawal(patient, jti))).toBe(200);
    expect(await relay(await grant(patient, 'deny'))).toBe(200);
  });

  it('count a patient by the pseudonym, whichever the address', async () => {
    const codes = await times(LIMIT + 1, () => ask(patient));
    expect(codes.slice(0, LIMIT).every((code) => code === 200)).toBe(true);
    expect(codes.at(-1)).toBe(429);
    expect(await ask(patient, { ip: '203.0.113.9' })).toBe(429);
    expect(await ask(await registered())).toBe(200);
  });

  it('keep a lane for what ends a right, whatever else the patient sends', async () => {
    const jti = randomUUID();
    await relay(await grant(patient, 'permit', jti));
    // Statements of one key that the ledger refuses are the key's all the same.
    const useless = () => patient.sign('CategoryKeys.v1', { pseudonym: patient.pseudonym });
    const codes = await times(LIMIT, async () => relay(await useless()));
    expect(codes.at(-1)).toBe(429);
    expect(await relay(await withdrawal(patient, jti))).toBe(200);
  });

  it('let the holder of one key not use up what another key ends', async () => {
    const second = await TestPatient.make();
    const { pseudonym } = patient;
    const key = {
      jwk: second.jwk,
      hpkePublicKey: second.hpke.publicKey,
      purposes: ['access', 'consent', 'keys'],
      notBefore: new Date(Date.now() - 1000).toISOString(),
    };
    const added = await world.app.inject({
      method: 'POST',
      url: '/portal/v1/statements',
      headers: { 'content-type': 'application/json' },
      payload: JSON.stringify({
        statement: await patient.sign('KeyAddition.v1', { pseudonym, key }),
        possession: await second.sign('KeyPossession.v1', {
          pseudonym,
          hpkePublicKey: second.hpke.publicKey,
          addedBy: patient.kid,
        }),
      }),
    });
    expect(added.statusCode).toBe(200);
    const noise = () => second.sign('ConsentWithdrawal.v1', { pseudonym, grant: randomUUID() });
    const codes = await times(LIMIT + 1, async () => relay(await noise()));
    expect(codes.at(-1)).toBe(429);
    const lost = await patient.sign('KeyEnd.v1', { pseudonym, kid: second.kid, reason: 'LOST' });
    expect(await relay(lost)).not.toBe(429);
  });

  it("count a statement that comes again by the address, not as its signer's", async () => {
    const denial = await grant(patient, 'deny');
    const codes = await times(LIMIT + 2, () => relay(denial));
    expect(codes.at(-1)).toBe(429);
    expect(await relay(await grant(patient, 'deny'))).toBe(200);
  });

  it('count what nobody signed by the address that a trusted proxy tells', async () => {
    await times(LIMIT + 1, () => relay('a.b.c'));
    expect(await relay('a.b.c')).toBe(429);
    expect(await relay('a.b.c', { ip: '203.0.113.9' })).toBe(401);
  });

  it('do not believe whom nobody trusts', async () => {
    const asked = { remoteAddress: '192.0.2.7' };
    await times(LIMIT + 1, () => relay('a.b.c', { ip: '198.51.100.1', ...asked }));
    expect(await relay('a.b.c', { ip: '203.0.113.9', ...asked })).toBe(429);
  });

  it('bound what proofs cost from one address', async () => {
    const stranger = await TestPatient.make();
    const codes = await times(10 * LIMIT + 1, () => ask(stranger));
    expect(new Set(codes)).toEqual(new Set([401, 429]));
    expect(await ask(patient)).toBe(429);
    expect(await ask(patient, { ip: '203.0.113.9' })).toBe(200);
    expect(await relay(await grant(patient, 'deny'))).toBe(200);
  });
});

describe('trusted proxies', () => {
  const parse = (trustedProxies: unknown) =>
    gatewaySettings.safeParse({
      tokens: { issuer: 'https://id.example', audience: 'x', jwks: 'y' },
      practitioners: [{ id: 'x', mspDir: 'x' }],
      trustedProxies,
    }).success;

  it.each([[['loopback']], [['10.0.0.1', '192.168.0.0/16', 'fd00::1', 'fd00::/8']], [undefined]])(
    'may be %j',
    (given) => expect(parse(given)).toBe(true),
  );

  it.each([[true], [['*']], [['proxy.example']], [['10.0.0.0/33']], ['10.0.0.1']])(
    'may not be %j',
    (given) => expect(parse(given)).toBe(false),
  );
});
