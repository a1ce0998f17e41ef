import type { HpkeKey, RegisterHpkeKeyRequest } from '@salus/protocol/ehr';
import { may } from '../test-support/patients.js';
import { refusalOf } from '../test-support/refusal.js';
import { newHpkeKey, revokedHpkeKey } from './hpke-keys.js';

const at = may(10);
const certificate = { serialNumber: '0a', issuer: 'CN=ca', notAfter: may(20) };
const keeper = { mspId: 'AMSP', id: 'keeper', role: 'keyservice' };
const nurse = { mspId: 'AMSP', id: 'nurse', role: 'nurse' };
const forbidden = (got: string) =>
  'ERR_FORBIDDEN caller: Only the owner of a key or the role keyservice of its organisation may do ' +
  `this (keyservice, not ${got})`;

describe('the registration of an HPKE key', () => {
  const register = (who: typeof nurse, more: Partial<RegisterHpkeKeyRequest> = {}) =>
    newHpkeKey({ scope: 'staff', publicKey: 'k', notAfter: may(15), ...more }, who, {
      certificate,
      at,
    });

  test("keeps the certificate that signed it, under the owner's name or the organisation's", () => {
    const key = {
      mspId: 'AMSP',
      id: 'nurse',
      publicKey: 'k',
      notAfter: may(15),
      registeredAt: at,
      registeredBy: 'nurse',
      certificate: { serialNumber: '0a', issuer: 'CN=ca' },
    };
    expect(register(nurse)).toStrictEqual(key);
    expect(register(keeper, { scope: 'organisation' })).toStrictEqual({
      ...key,
      id: 'organisation',
      registeredBy: 'keeper',
    });
    expect(register(keeper)).toMatchObject({ id: 'keeper' });
  });

  test.each<[typeof nurse, Partial<RegisterHpkeKeyRequest>, string]>([
    [nurse, { notAfter: may(20) }, 'taken'],
    [
      nurse,
      { notAfter: may(20, '12:00:00.001') },
      'ERR_INVALID_ARGUMENT notAfter: notAfter: expected a time within that of the certificate ' +
        '(a time within that of the certificate, not a later one)',
    ],
    [nurse, { notAfter: may(10, '12:00:00.001') }, 'taken'],
    [
      nurse,
      { notAfter: at },
      'ERR_INVALID_ARGUMENT notAfter: notAfter: expected a time to come ' +
        '(a time to come, not one that is past)',
    ],
    [nurse, { scope: 'organisation' }, forbidden('nurse')],
  ])('%j %j', (who, more, expected) => {
    expect(refusalOf(() => register(who, more))).toBe(expected);
  });
});

describe('the revocation of an HPKE key', () => {
  const key: HpkeKey = {
    mspId: 'AMSP',
    id: 'nurse',
    publicKey: 'k',
    notAfter: may(15),
    registeredAt: at,
    registeredBy: 'nurse',
    certificate,
  };

  test.each([
    [nurse, 'taken'],
    [keeper, 'taken'],
    [{ ...nurse, id: 'other' }, forbidden('nurse')],
    [{ mspId: 'AMSP', id: 'other' }, forbidden('no role')],
    [{ ...keeper, mspId: 'BMSP' }, forbidden('keyservice')],
    [{ ...nurse, mspId: 'BMSP' }, forbidden('nurse')],
  ])('is taken or refused from %j: %s', (who, expected) => {
    expect(refusalOf(() => revokedHpkeKey(key, who, may(11)))).toBe(expected);
  });

  test('is refused the second time', () => {
    const revoked = revokedHpkeKey(key, nurse, may(11));
    expect(revoked).toStrictEqual({ ...key, revokedAt: may(11) });
    expect(refusalOf(() => revokedHpkeKey(revoked, nurse, may(12)))).toBe(
      'ERR_CONFLICT id: The key was revoked before (a key in use, not a revoked one)',
    );
  });
});
