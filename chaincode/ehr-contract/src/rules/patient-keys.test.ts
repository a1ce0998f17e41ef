import { jwkThumbprint } from '@salus/protocol';
import type { Patient, PatientKey } from '@salus/protocol/ehr';
import {
  delegate,
  guardianBoard,
  jwkOf,
  may,
  newKey,
  patient,
  patientKey,
} from '../test-support/patients.js';
import { refusalOf } from '../test-support/refusal.js';
import { settled } from './endings.js';
import {
  loseLine,
  MAX_KEYS,
  newPatient,
  requireUnknown,
  withKey,
  withKeyEnded,
} from './patient-keys.js';

const at = may(10);
const statusOf = (of: Patient) => of.keys.map(({ kid, status }) => `${kid} ${status}`);

describe('a registered patient', () => {
  test('has one key for everything, and category keys in their first epoch', () => {
    const registration = {
      pseudonym: 'p',
      jwk: jwkOf(1),
      hpkePublicKey: 'h',
      categoryKeys: [{ categoryTag: 'lab', publicKey: 'k' }],
    };
    expect(newPatient(registration, { registeredBy: 'AMSP', at, jti: 'r' })).toStrictEqual({
      pseudonym: 'p',
      registeredBy: 'AMSP',
      registeredAt: at,
      status: 'ACTIVE',
      keys: [
        {
          kid: jwkThumbprint(jwkOf(1)),
          jwk: jwkOf(1),
          hpkePublicKey: 'h',
          purposes: ['consent', 'access', 'keys'],
          notBefore: at,
          status: 'ACTIVE',
          addedAt: at,
          proof: ['r'],
        },
      ],
      delegates: [],
      categoryKeys: { lab: { epoch: 1, publicKey: 'k', since: at, statement: 'r' } },
    });
  });

  test('needs no category keys', () => {
    const registration = { pseudonym: 'p', jwk: jwkOf(1), hpkePublicKey: 'h' };
    expect(newPatient(registration, { registeredBy: 'AMSP', at, jti: 'r' }).categoryKeys).toEqual(
      {},
    );
  });
});

describe('a new key', () => {
  const proof = ['jti'];

  test('says what it is for, until when, and who added it', () => {
    const before = patient();
    const after = withKey(before, newKey(1, { notAfter: may(20) }), { by: 'own', proof, at });
    expect(after).toStrictEqual({
      ...before,
      keys: [
        ...before.keys,
        {
          ...newKey(1, { notAfter: may(20) }),
          kid: jwkThumbprint(jwkOf(1)),
          status: 'ACTIVE',
          addedAt: at,
          addedBy: 'own',
          proof,
        },
      ],
    });
    const recovered = withKey(before, newKey(1), { by: undefined, proof, at }).keys[1];
    expect(Object.keys(recovered ?? {})).not.toContain('addedBy');
    expect(Object.keys(recovered ?? {})).not.toContain('notAfter');
  });

  const KNOWN =
    'ERR_ALREADY_EXISTS key: The patient has such a key already (a new key, not a known one)';
  const kid = jwkThumbprint(jwkOf(1));
  test.each<[string, Partial<Patient>, string]>([
    ['of the patient', { keys: [patientKey(kid)] }, KNOWN],
    ['of the patient, ended', { keys: [patientKey(kid, { status: 'LOST' })] }, KNOWN],
    ['of a delegate', { delegates: [delegate('d', { kid })] }, KNOWN],
    ['of a guardian', { guardians: guardianBoard({ kids: [{ kid, jwk: jwkOf(1) }] }) }, KNOWN],
    ['of nobody', { guardians: guardianBoard(), delegates: [delegate('d')] }, 'taken'],
  ])('is not one %s', (_whose, more, expected) => {
    const add = () => withKey(patient(more), newKey(1), { by: 'own', proof, at });
    expect(refusalOf(add)).toBe(expected);
    expect(refusalOf(() => requireUnknown(patient(more), kid))).toBe(expected);
  });

  test('comes while there are not too many', () => {
    const keys = (count: number) => Array.from({ length: count }, (_, n) => patientKey(`k${n}`));
    const add = (count: number) =>
      refusalOf(() => withKey(patient({ keys: keys(count) }), newKey(1), { by: 'k0', proof, at }));
    expect(add(MAX_KEYS - 1)).toBe('taken');
    expect(add(MAX_KEYS)).toBe(
      `ERR_CONFLICT key: The patient has had too many keys (at most ${MAX_KEYS} keys, not more)`,
    );
    const full = patient({ keys: keys(MAX_KEYS) });
    const { keys: after } = withKey(full, newKey(1), { by: undefined, proof, at });
    expect(after).toHaveLength(MAX_KEYS + 1);
  });
});

describe('the end of a key', () => {
  const ended = 'ERR_CONFLICT key: The key has ended already (an active key, not an ended one)';
  const last =
    'ERR_CONFLICT key: The last key that may change keys does not retire ' +
    '(another such key, or guardians, not neither)';
  const lost = (lostSince?: string): Partial<PatientKey> => ({
    status: 'LOST',
    ...(lostSince !== undefined && { lostSince }),
  });

  test.each<[Partial<PatientKey>, 'RETIRED' | 'LOST', string | undefined, string]>([
    [{}, 'RETIRED', undefined, 'taken'],
    [{}, 'LOST', undefined, 'taken'],
    [{}, 'LOST', at, 'taken'],
    [{ status: 'RETIRED' }, 'LOST', may(5), 'taken'],
    [{ status: 'RETIRED' }, 'RETIRED', undefined, ended],
    [lost(), 'LOST', may(5), ended],
    [lost(), 'LOST', undefined, ended],
    [lost(may(5)), 'RETIRED', undefined, ended],
    [lost(may(5)), 'LOST', may(4), 'taken'],
    [lost(may(5)), 'LOST', may(5), ended],
    [lost(may(5)), 'LOST', may(6), ended],
    [lost(may(5)), 'LOST', undefined, 'taken'],
  ])('changes %j to %s since %s: %s', (from, status, lostSince, expected) => {
    const of = patient({ keys: [patientKey('own'), patientKey('phone', from)] });
    const end = () => withKeyEnded(of, { key: 'phone', status, lostSince }, { by: 'own', at });
    expect(refusalOf(end)).toBe(expected);
  });

  test('is refused for a key that nobody has, and for a loss to come', () => {
    const end = (key: string, lostSince?: string) =>
      refusalOf(() =>
        withKeyEnded(patient(), { key, status: 'LOST', lostSince }, { by: 'own', at }),
      );
    expect(end('strange')).toBe(
      'ERR_NOT_FOUND key: There is no such key (a key on the ledger, not none)',
    );
    expect(end('own', may(10, '12:00:00.001'))).toBe(
      'ERR_STATEMENT_INVALID lostSince: The statement is refused: it tells of a loss to come ' +
        '(a time that is past, not one to come)',
    );
  });

  test.each<[string, Partial<Patient>, string]>([
    ['nothing is left', {}, last],
    ['another can go on', { keys: [patientKey('own'), patientKey('b')] }, 'taken'],
    [
      'the others change no keys',
      { keys: [patientKey('own'), patientKey('b', { purposes: ['consent', 'access'] })] },
      last,
    ],
    [
      'the others have ended',
      { keys: [patientKey('own'), patientKey('b', { status: 'RETIRED' })] },
      last,
    ],
    ['guardians can help', { guardians: guardianBoard() }, 'taken'],
  ])('a key retires where %s', (_what, more, expected) => {
    const end = () =>
      withKeyEnded(
        patient(more),
        { key: 'own', status: 'RETIRED', lostSince: undefined },
        { by: 'own', at },
      );
    expect(refusalOf(end)).toBe(expected);
  });

  test('a retired key tells when, and leaves the others as they are', () => {
    const of = patient({ keys: [patientKey('own'), patientKey('b')] });
    const end = { key: 'b', status: 'RETIRED', lostSince: undefined } as const;
    expect(withKeyEnded(of, end, { by: 'b', at })).toStrictEqual({
      ...of,
      keys: [patientKey('own'), patientKey('b', { status: 'RETIRED', endedAt: at })],
    });
  });

  test('a lost key keeps the first end, and the earliest loss', () => {
    const first = patientKey('b', { status: 'RETIRED', endedAt: may(3) });
    const of = patient({ keys: [patientKey('own'), first] });
    const lose = (before: Patient, lostSince?: string) =>
      withKeyEnded(before, { key: 'b', status: 'LOST', lostSince }, { by: 'own', at });
    const since = settled(lose(of, may(2)), may(20));
    expect(since.keys[1]).toStrictEqual({ ...first, status: 'LOST', lostSince: may(2) });
    expect(lose(since).keys[1]).toStrictEqual({ ...first, status: 'LOST' });
  });
});

describe('a line of keys', () => {
  const heirs = patient({
    keys: [
      patientKey('own'),
      patientKey('phone', { addedBy: 'own', addedAt: may(3) }),
      patientKey('child', { addedBy: 'phone', addedAt: may(5) }),
      patientKey('grandchild', { addedBy: 'child', addedAt: may(6) }),
      patientKey('early', { addedBy: 'phone', addedAt: may(4) }),
    ],
  });
  const lose = (lostSince: string | undefined) => loseLine(heirs, 'phone', { lostSince, at });

  test('is lost with all keys that the first ever added, and those that they added', () => {
    const left = lose(undefined);
    expect(statusOf(left)).toEqual([
      'own ACTIVE',
      'phone LOST',
      'child LOST',
      'grandchild LOST',
      'early LOST',
    ]);
    expect(left.keys[2]).toMatchObject({ endedAt: at });
    expect(left.keys[2]).not.toHaveProperty('lostSince');
  });

  test('is lost with those that were added since the loss, where that time is told', () => {
    const left = lose(may(5));
    expect(statusOf(left)).toEqual([
      'own ACTIVE',
      'phone LOST',
      'child LOST',
      'grandchild LOST',
      'early ACTIVE',
    ]);
    expect(left.keys[1]).toMatchObject({ lostSince: may(5) });
  });

  test('is lost with retired heirs, and leaves lost ones as they were', () => {
    const of = patient({
      keys: [
        patientKey('own'),
        patientKey('retired', { addedBy: 'own', status: 'RETIRED', endedAt: may(3) }),
        patientKey('lost', { addedBy: 'own', status: 'LOST', lostSince: may(7), endedAt: may(8) }),
      ],
    });
    const left = loseLine(of, 'own', { lostSince: undefined, at });
    expect(left.keys).toMatchObject([
      { status: 'LOST' },
      { status: 'LOST', endedAt: may(3) },
      { status: 'LOST', endedAt: may(8), lostSince: may(7) },
    ]);
  });

  test('is nothing where there is no such key', () => {
    expect(loseLine(heirs, 'strange', { lostSince: undefined, at })).toBe(heirs);
  });
});
