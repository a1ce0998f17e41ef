import fc from 'fast-check';
import type { z } from 'zod';
import { evil, textsIn } from '@salus/testing/texts';
import type { PublicJwk } from '../base/jwk.js';
import {
  categoryKeyDeposit,
  categoryKeys,
  delegation,
  delegationEnd,
  erasureOrder,
  guardians,
  keyAddition,
  keyEnd,
  keyPossession,
  patientRegistration,
  recoveryApproval,
  recoveryVeto,
} from './patient-statements.js';

const pseudonym = 'p'.repeat(43);
const kid = 'k'.repeat(43);
const tag = 't'.repeat(43);
const hpkePublicKey = 'h'.repeat(43);
const jwk = (x: string): PublicJwk => ({ kty: 'OKP', crv: 'Ed25519', x: `${x.repeat(42)}A` });
const from = '2026-05-01T00:00:00Z';
const to = '2026-05-02T00:00:00.000Z';
const uuid = '6f2c1e5e-6a0f-4d0a-9d8b-2f9c4f6f3c11';
const key = { jwk: jwk('n'), hpkePublicKey, purposes: ['consent'], notBefore: from, notAfter: to };

/** A body of each kind that is as it should be. */
const bodies: Readonly<Record<string, readonly [z.ZodType, Record<string, unknown>]>> = {
  registration: [
    patientRegistration,
    {
      pseudonym,
      jwk: jwk('n'),
      hpkePublicKey,
      categoryKeys: [{ categoryTag: tag, publicKey: hpkePublicKey }],
    },
  ],
  addition: [keyAddition, { pseudonym, key }],
  possession: [keyPossession, { pseudonym, hpkePublicKey, addedBy: kid }],
  end: [keyEnd, { pseudonym, key: kid, status: 'LOST', lostSince: from }],
  guardians: [
    guardians,
    { pseudonym, threshold: 2, guardians: [jwk('a'), jwk('b')], delaySeconds: 3600 },
  ],
  approval: [recoveryApproval, { pseudonym, key, olderKeys: 'LOST', lostSince: from }],
  veto: [recoveryVeto, { pseudonym }],
  delegation: [
    delegation,
    {
      pseudonym,
      jwk: jwk('d'),
      relation: 'PARENT',
      actions: ['grant'],
      categoryTags: [tag],
      notBefore: from,
      notAfter: to,
      when: 'ALWAYS',
    },
  ],
  delegationEnd: [delegationEnd, { pseudonym, delegate: uuid }],
  categoryKeys: [
    categoryKeys,
    { pseudonym, keys: [{ categoryTag: tag, epoch: 2, publicKey: hpkePublicKey }] },
  ],
  deposit: [categoryKeyDeposit, { pseudonym, grantee: 'AMSP', keysHash: '0'.repeat(64) }],
  erasure: [erasureOrder, { pseudonym, records: ['r-1'] }],
};
const accepts = (name: string, more: object = {}) => {
  const [schema, body] = bodies[name]!;
  return schema.safeParse({ ...body, ...more }).success;
};

describe.each(Object.keys(bodies))('the body of a %s', (name) => {
  const [schema, body] = bodies[name]!;

  test('is taken', () => {
    expect(schema.safeParse(body).success).toBe(true);
  });

  test('takes separators, control characters and overlong texts nowhere', () => {
    for (const put of textsIn(body)) {
      fc.assert(fc.property(evil, (text) => !schema.safeParse(put(text)).success));
      expect(schema.safeParse(put('A'.repeat(10_000))).success).toBe(false);
      expect(schema.safeParse(put('')).success).toBe(false);
    }
  });

  test('has every member that it needs, and no other', () => {
    const optional = ['categoryKeys', 'addedBy', 'lostSince', 'categoryTags'];
    for (const member of Object.keys(body)) {
      const { [member]: _left, ...rest } = body;
      const isOptional = optional.includes(member) && name !== 'categoryKeys';
      expect([member, schema.safeParse(rest).success]).toEqual([member, isOptional]);
    }
    const polluted = JSON.parse(
      `${JSON.stringify(body).slice(0, -1)},"__proto__":{"role":"registrar"}}`,
    ) as unknown;
    expect(schema.safeParse(polluted).success).toBe(false);
    expect(accepts(name, { more: 1 })).toBe(false);
  });
});

test('lists are bounded and name nothing twice', () => {
  const many = <T>(count: number, make: (n: string) => T) =>
    Array.from({ length: count }, (_, n) => make(String(n).padStart(43, 'x')));
  const category = (categoryTag: string) => ({ categoryTag, publicKey: hpkePublicKey });
  const epoch = (categoryTag: string) => ({ ...category(categoryTag), epoch: 1 });
  const guardian = (n: string) => ({ ...jwk('g'), x: `${n.slice(1)}A` });
  expect(accepts('registration', { categoryKeys: many(64, category) })).toBe(true);
  expect(accepts('registration', { categoryKeys: many(65, category) })).toBe(false);
  expect(accepts('registration', { categoryKeys: [category(tag), category(tag)] })).toBe(false);
  expect(accepts('categoryKeys', { keys: many(64, epoch) })).toBe(true);
  expect(accepts('categoryKeys', { keys: many(65, epoch) })).toBe(false);
  expect(accepts('categoryKeys', { keys: [] })).toBe(false);
  expect(accepts('categoryKeys', { keys: [epoch(tag), epoch(tag)] })).toBe(false);
  expect(accepts('guardians', { guardians: many(15, guardian) })).toBe(true);
  expect(accepts('guardians', { guardians: many(16, guardian) })).toBe(false);
  expect(accepts('guardians', { guardians: [jwk('a'), jwk('a')] })).toBe(false);
  expect(accepts('delegation', { categoryTags: many(100, String) })).toBe(true);
  expect(accepts('delegation', { categoryTags: many(101, String) })).toBe(false);
  expect(accepts('delegation', { actions: ['grant', 'grant'] })).toBe(false);
  expect(accepts('delegation', { actions: [] })).toBe(false);
  expect(accepts('erasure', { records: many(100, String) })).toBe(true);
  expect(accepts('erasure', { records: many(101, String) })).toBe(false);
  expect(accepts('erasure', { records: ['r', 'r'] })).toBe(false);
});

test('epochs, thresholds and delays are in their range', () => {
  const category = { categoryTag: tag, publicKey: hpkePublicKey };
  for (const epoch of [0, -1, 1.5, 1_000_001]) {
    expect(accepts('categoryKeys', { keys: [{ ...category, epoch }] })).toBe(false);
  }
  for (const [threshold, expected] of [
    [0, false],
    [1, true],
    [2, true],
    [3, false],
  ]) {
    expect(accepts('guardians', { threshold })).toBe(expected);
  }
  expect(accepts('guardians', { threshold: 0, guardians: [] })).toBe(true);
  expect(accepts('guardians', { threshold: 1, guardians: [] })).toBe(false);
  expect(accepts('guardians', { delaySeconds: 366 * 86_400 })).toBe(true);
  expect(accepts('guardians', { delaySeconds: 366 * 86_400 + 1 })).toBe(false);
  expect(accepts('guardians', { delaySeconds: -1 })).toBe(false);
});

test('times are windows, and a loss is of a lost key', () => {
  expect(accepts('delegation', { notAfter: from })).toBe(false);
  expect(accepts('addition', { key: { ...key, notAfter: from } })).toBe(false);
  expect(accepts('addition', { key: { ...key, notAfter: undefined } })).toBe(true);
  expect(accepts('addition', { key: { ...key, purposes: [] } })).toBe(false);
  expect(accepts('addition', { key: { ...key, notBefore: '2026-05-01T00:00:00+02:00' } })).toBe(
    false,
  );
  for (const [name, member] of [
    ['end', 'status'],
    ['approval', 'olderKeys'],
  ] as const) {
    expect(accepts(name, { [member]: 'RETIRED' })).toBe(false);
    expect(accepts(name, { [member]: 'RETIRED', lostSince: undefined })).toBe(true);
  }
});
