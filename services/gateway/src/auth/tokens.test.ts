import { createHmac } from 'node:crypto';
import { createLocalJWKSet, exportJWK, exportSPKI, generateKeyPair, SignJWT } from 'jose';
import { TokenVerifier, tokenSettings } from './tokens.js';

const settings = tokenSettings.parse({
  issuer: 'https://id.hospital.example',
  audience: 'salus-gateway',
  jwks: 'keys.json',
});
const refusedAs = expect.objectContaining({ code: 'ERR_REQUEST_REFUSED' }) as Error;
const base64url = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

let keys: Awaited<ReturnType<typeof generateKeyPair>>;
let verifier: TokenVerifier;

beforeAll(async () => {
  keys = await generateKeyPair('ES256', { extractable: true });
  const jwk = { ...(await exportJWK(keys.publicKey)), kid: 'k1', alg: 'ES256' };
  verifier = new TokenVerifier(settings, createLocalJWKSet({ keys: [jwk] }));
});

const now = () => Math.floor(Date.now() / 1000);
const body = () => ({
  iss: settings.issuer,
  aud: settings.audience,
  iat: now(),
  exp: now() + 300,
  scope: 'user/*.rs',
  fhirUser: 'Practitioner/dr-1',
});
const sign = (change: Record<string, unknown> = {}, key = keys.privateKey) =>
  new SignJWT({ ...body(), ...change }).setProtectedHeader({ alg: 'ES256', kid: 'k1' }).sign(key);
const verify = async (token: Promise<string> | string) => verifier.verify(`Bearer ${await token}`);

describe('a bearer token', () => {
  it('tells practitioner, scopes, patient and purposes', async () => {
    const patient = 'A.b-'.repeat(11);
    await expect(verify(sign({ patient, purpose_of_use: 'TREAT ETREAT' }))).resolves.toMatchObject({
      practitioner: 'dr-1',
      scopes: [{ context: 'user', type: '*' }],
      patient: 'A_b-'.repeat(11),
      purposes: ['TREAT', 'ETREAT'],
    });
  });

  it.each([
    [{ client_id: 'ward' }, 'ward'],
    [{ azp: 'lab' }, 'lab'],
    [{ client_id: 'ward', azp: 'lab' }, 'ward'],
    [{}, undefined],
  ])('with %j names the client %s', async (claims, client) => {
    expect((await verify(sign(claims))).client).toBe(client);
  });

  it('may name its practitioner by an address of the issuer', async () => {
    const fhirUser = `${settings.issuer}/Practitioner/dr-1`;
    await expect(verify(sign({ fhirUser }))).resolves.toMatchObject({ practitioner: 'dr-1' });
  });

  it.each<[string, Record<string, unknown>]>([
    ['another issuer', { iss: 'https://evil.example' }],
    ['an issuer that begins alike', { iss: `${settings.issuer}.evil.example` }],
    ['another audience', { aud: 'another-gateway' }],
    ['no audience', { aud: undefined }],
    ['an end in the past', { iat: 1, exp: 1000 }],
    ['no end', { exp: undefined }],
    ['an end a year away', { exp: 4_000_000_000 }],
    ['a beginning in the future', { nbf: Math.floor(Date.now() / 1000) + 3600 }],
    ['an issue in the future', { iat: Math.floor(Date.now() / 1000) + 3600 }],
    ['no practitioner', { fhirUser: undefined }],
    ['a patient as user', { fhirUser: 'Patient/1' }],
    ['a practitioner of elsewhere', { fhirUser: 'https://evil.example/Practitioner/dr-1' }],
    ['a practitioner with a path', { fhirUser: 'Practitioner/../dr-1' }],
    ['a malformed scope', { scope: 7 }],
  ])('with %s is refused', async (_, change) => {
    await expect(verify(sign(change))).rejects.toThrow(refusedAs);
  });

  it('signed by nobody (alg none) is refused', async () => {
    const token = `${base64url({ alg: 'none' })}.${base64url(body())}.`;
    await expect(verify(token)).rejects.toThrow(refusedAs);
  });

  it('signed with the public key as a secret (HS256) is refused', async () => {
    const input = `${base64url({ alg: 'HS256', kid: 'k1' })}.${base64url(body())}`;
    const secret = await exportSPKI(keys.publicKey);
    const mac = createHmac('sha256', secret).update(input).digest('base64url');
    await expect(verify(`${input}.${mac}`)).rejects.toThrow(refusedAs);
  });

  it('signed by another key under the known name is refused', async () => {
    const { privateKey } = await generateKeyPair('ES256');
    await expect(verify(sign({}, privateKey))).rejects.toThrow(refusedAs);
  });

  it('changed after it was signed is refused', async () => {
    const [head, , signature] = (await sign()).split('.');
    const changed = base64url({ ...body(), fhirUser: 'Practitioner/dr-2' });
    await expect(verify(`${head!}.${changed}.${signature!}`)).rejects.toThrow(refusedAs);
  });

  it.each([undefined, '', 'Bearer', 'Basic abc', 'Bearer a b', `Bearer ${'x'.repeat(20_000)}`])(
    'is missed in "%s"',
    async (header) => {
      await expect(verifier.verify(header)).rejects.toThrow(refusedAs);
    },
  );
});
