import { generateKeyPairSync, randomUUID, sign, type KeyObject } from 'node:crypto';
import fc from 'fast-check';
import { compactVerify, calculateJwkThumbprint, importJWK } from 'jose';
import { z } from 'zod';
import { jwkThumbprint, publicJwk, signStatement, type PublicJwk } from '@salus/protocol';
import { verifyStatement, type StatementExpectation } from './verify-statement.js';

const body = z.strictObject({ pseudonym: z.string() });
const issued = 1_780_000_000;

interface Patient {
  readonly jwk: PublicJwk;
  readonly sign: (data: Uint8Array) => Uint8Array;
}

function patientOf({ publicKey, privateKey }: { publicKey: KeyObject; privateKey: KeyObject }) {
  const jwk = publicJwk.parse(publicKey.export({ format: 'jwk' }));
  const hash = jwk.kty === 'EC' ? 'sha256' : null;
  const key = { key: privateKey, dsaEncoding: 'ieee-p1363' as const };
  return { jwk, sign: (data: Uint8Array) => sign(hash, data, key) };
}

const ec = patientOf(generateKeyPairSync('ec', { namedCurve: 'P-256' }));
const ed = patientOf(generateKeyPairSync('ed25519'));
const other = patientOf(generateKeyPairSync('ec', { namedCurve: 'P-256' }));

const payload = {
  type: 'ConsentWithdrawal.v1',
  channel: 'edge-east',
  contract: 'ehr',
  audience: 'ehr',
  jti: randomUUID(),
  iat: issued,
  exp: issued + 300,
  pseudonym: 'p1',
};
const expected = (patient: Patient): StatementExpectation => ({
  type: payload.type,
  channel: payload.channel,
  contract: payload.contract,
  audience: payload.audience,
  jwk: patient.jwk,
  now: issued * 1000,
});
const make = (patient: Patient, changes: Readonly<Record<string, unknown>> = {}) =>
  signStatement({ ...payload, ...changes }, patient.jwk, patient.sign);
const refusal = (code: string) => expect.objectContaining({ code }) as unknown;

describe.each([
  ['ES256', ec],
  ['EdDSA', ed],
])('a statement signed with %s', (algorithm, patient) => {
  test('says what the patient said', async () => {
    const found = verifyStatement(await make(patient), body, expected(patient));
    expect(found).toEqual({ ...payload, kid: jwkThumbprint(patient.jwk) });
  });

  test('is a JWS to every other implementation', async () => {
    const key = await importJWK({ ...patient.jwk }, algorithm);
    const { protectedHeader } = await compactVerify(await make(patient), key);
    expect(protectedHeader.kid).toBe(await calculateJwkThumbprint({ ...patient.jwk }));
  });

  test('is refused when a character is changed', async () => {
    const jws = await make(patient);
    fc.assert(
      fc.property(fc.nat(jws.length - 1), fc.constantFrom('A', 'z', '.', '_'), (at, character) => {
        const forged = jws.slice(0, at) + character + jws.slice(at + 1);
        fc.pre(forged !== jws);
        expect(() => verifyStatement(forged, body, expected(patient))).toThrow();
      }),
    );
  });
});

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** The text whose last digit differs in a bit that stands for nothing: other text, same bytes. */
function respelt(text: string): string {
  const last = DIGITS.indexOf(text.at(-1) ?? '');
  const other = `${text.slice(0, -1)}${DIGITS[last ^ 1] ?? ''}`;
  expect(Buffer.from(other, 'base64url')).toEqual(Buffer.from(text, 'base64url'));
  return other;
}

test('a key has one spelling, and so one thumbprint', () => {
  for (const { jwk } of [ec, ed]) {
    expect(publicJwk.safeParse({ ...jwk, x: respelt(jwk.x) }).success).toBe(false);
  }
  expect(publicJwk.safeParse(ec.jwk).success).toBe(true);
});

describe('a statement', () => {
  test('has one spelling: the same signature written otherwise is refused', async () => {
    const jws = await make(ec);
    expect(() => verifyStatement(respelt(jws), body, expected(ec))).toThrow(
      'signature is not base64url',
    );
  });

  test('of another patient is refused', async () => {
    const jws = await make(other);
    expect(() => verifyStatement(jws, body, expected(ec))).toThrow('names another key');
  });

  test('that names a key but is signed with another is refused', async () => {
    const jws = await signStatement(payload, ec.jwk, other.sign);
    expect(() => verifyStatement(jws, body, expected(ec))).toThrow('signature is not by the key');
  });

  test.each(['type', 'channel', 'contract', 'audience'])(
    'for another %s is refused',
    async (name) => {
      const jws = await make(ec, { [name]: 'other' });
      expect(() => verifyStatement(jws, body, expected(ec))).toThrow(`made for another ${name}`);
    },
  );

  test.each([
    ['has expired', 300],
    ['is issued in the future', -61],
  ])('that %s is refused', async (_, seconds) => {
    const jws = await make(ec);
    const at = { ...expected(ec), now: (issued + seconds) * 1000 };
    expect(() => verifyStatement(jws, body, at)).toThrow(refusal('ERR_STATEMENT_EXPIRED') as Error);
  });

  test('with another body than its type is refused, and the body not quoted', async () => {
    const jws = await make(ec, { diagnosis: 'secret' });
    expect(() => verifyStatement(jws, body, expected(ec))).toThrow(
      /^(?!.*(secret|diagnosis)).*form/,
    );
  });

  test.each([
    '',
    'a.b',
    'a.b.c.d',
    '..',
    'e30.e30.',
    `${Buffer.from('{"alg":"none"}').toString('base64url')}.e30.`,
    'x'.repeat(20_000),
  ])('is not %.40j', (jws) => {
    expect(() => verifyStatement(jws, body, expected(ec))).toThrow(
      refusal('ERR_STATEMENT_INVALID') as Error,
    );
  });
});
