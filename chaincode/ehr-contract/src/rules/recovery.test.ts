import { jwkThumbprint, type Guardians } from '@salus/protocol';
import type { Patient, Recovery } from '@salus/protocol/ehr';
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
import {
  guardianJwk,
  recovered,
  withGuardians,
  withRecovery,
  withVeto,
  type Approval,
} from './recovery.js';

const at = may(10);
const guarded = (more: Partial<Patient> = {}) => patient({ guardians: guardianBoard(), ...more });

function approval(guardian: number, more: Partial<Approval> = {}): Approval {
  return {
    kid: `guardian-${guardian}`,
    jti: `jti-${guardian}`,
    key: newKey(1),
    olderKeys: 'RETIRED',
    ...more,
  };
}

const pending: Recovery = {
  key: newKey(1),
  olderKeys: 'RETIRED',
  approvals: ['guardian-11', 'guardian-12'],
  proof: ['jti-guardians', 'jti-11', 'jti-12'],
  requestedAt: at,
  effectiveAt: may(10, '13:00:00.000'),
};

describe('guardians', () => {
  const board: Omit<Guardians, 'pseudonym'> = {
    threshold: 1,
    guardians: [jwkOf(21), jwkOf(22)],
    delaySeconds: 60,
  };
  const set = (of: Patient, terms = board) => withGuardians(of, terms, { by: 'own', at, jti: 'j' });

  test('are there at once where there were none, and take the place of others after a delay', () => {
    const kids = [21, 22].map((n) => ({ kid: jwkThumbprint(jwkOf(n)), jwk: jwkOf(n) }));
    const board = {
      threshold: 1,
      kids,
      delaySeconds: 60,
      setAt: at,
      setBy: 'own',
      statement: 'j',
    };
    expect(set(patient())).toStrictEqual({ ...patient(), guardians: board });
    const nextGuardians = { board, by: 'own', effectiveAt: may(13) };
    expect(set(guarded())).toStrictEqual({ ...guarded(), nextGuardians });
  });

  test('can be none', () => {
    const none = { threshold: 0, guardians: [], delaySeconds: 0 };
    const nextGuardians = { by: 'own', effectiveAt: may(13) };
    expect(set(guarded(), none)).toStrictEqual({ ...guarded(), nextGuardians });
    expect(set(patient(), none)).toStrictEqual(patient());
  });

  test('are not the patient, and do not change in a recovery', () => {
    const keys = [patientKey(jwkThumbprint(jwkOf(22)))];
    expect(refusalOf(() => set(patient({ keys })))).toMatch(/^ERR_ALREADY_EXISTS/);
    const delegates = [delegate('d', { kid: jwkThumbprint(jwkOf(22)) })];
    expect(refusalOf(() => set(patient({ delegates })))).toBe('taken');
    expect(refusalOf(() => set(guarded({ recovery: pending })))).toBe(
      'ERR_CONFLICT guardians: Guardians do not change while they recover the patient ' +
        '(no recovery, or a veto of it first, not a recovery)',
    );
  });

  test('are known by their keys', () => {
    expect(guardianJwk(guarded(), 'guardian-12')).toEqual(jwkOf(12));
    const refusal =
      'ERR_STATEMENT_INVALID approvals: The statement is refused: its key is not of a guardian of ' +
      'the patient (a guardian, not its key is not of a guardian of the patient)';
    expect(refusalOf(() => guardianJwk(guarded(), 'own'))).toBe(refusal);
    expect(refusalOf(() => guardianJwk(patient(), 'guardian-12'))).toBe(refusal);
  });
});

describe('the begin of a recovery', () => {
  const both = [approval(11), approval(12)];
  const refused = (why: string, expected: string) =>
    `ERR_STATEMENT_INVALID approvals: The statement is refused: ${why} (${expected}, not ${why})`;

  test('takes approvals of one key by as many guardians as the patient asked for', () => {
    expect(withRecovery(guarded(), both, at)).toStrictEqual(guarded({ recovery: pending }));
  });

  test('records since when the keys were lost', () => {
    const lost = { olderKeys: 'LOST', lostSince: may(5) } as const;
    const all = [approval(11, lost), approval(12, lost), approval(13, lost)];
    expect(withRecovery(guarded(), all, at).recovery).toStrictEqual({
      ...pending,
      ...lost,
      approvals: ['guardian-11', 'guardian-12', 'guardian-13'],
      proof: ['jti-guardians', 'jti-11', 'jti-12', 'jti-13'],
    });
  });

  test.each<[string, Patient, readonly Approval[], string]>([
    ['enough', guarded(), both, 'taken'],
    [
      'without guardians',
      patient(),
      both,
      refused('too few guardians approve: none of guardians', 'guardians'),
    ],
    [
      'without approvals',
      guarded(),
      [],
      refused('too few guardians approve: none of guardians', 'guardians'),
    ],
    [
      'with too few',
      guarded(),
      [approval(11)],
      refused('too few guardians approve: 1 of 2 guardians', '2 guardians'),
    ],
    [
      'with the same guardian twice',
      guarded(),
      [approval(11), approval(11)],
      refused('a guardian approves twice', 'each guardian once'),
    ],
    [
      'with a stranger',
      guarded(),
      [...both, approval(14)],
      refused('its key is not of a guardian of the patient', 'a guardian'),
    ],
    ...(
      [
        { key: newKey(2) },
        { olderKeys: 'LOST' },
        { olderKeys: 'RETIRED', lostSince: may(5) },
        { key: newKey(1, { notAfter: may(20) }) },
      ] as const
    ).map((differing): [string, Patient, readonly Approval[], string] => [
      'of different terms',
      guarded(),
      [approval(11), approval(12, differing)],
      refused('guardians approve different keys', 'approvals of one key'),
    ]),
    [
      'of a key that changes none',
      guarded(),
      [11, 12].map((n) => approval(n, { key: newKey(1, { purposes: ['consent', 'access'] }) })),
      refused('the new key could not change keys', 'a key with the purpose keys'),
    ],
    [
      'while one goes on',
      guarded({ recovery: pending }),
      both,
      'ERR_CONFLICT recovery: A recovery is going on (its veto first, not a recovery)',
    ],
    [
      'of the dead',
      guarded({ status: 'DECEASED' }),
      both,
      'ERR_CONFLICT recovery: The patient is dead (a living patient, not DECEASED)',
    ],
    ['of who can not consent', guarded({ status: 'INCAPACITATED' }), both, 'taken'],
  ])('is taken or refused: %s', (_what, of, approvals, expected) => {
    expect(refusalOf(() => withRecovery(of, approvals, at))).toBe(expected);
  });

  test('is refused with a key that somebody has already', () => {
    const keys = [patientKey(jwkThumbprint(jwkOf(1)), { status: 'LOST' })];
    expect(refusalOf(() => withRecovery(guarded({ keys }), both, at))).toMatch(/ALREADY_EXISTS/);
  });
});

describe('a recovery that goes on', () => {
  const going = (more: Partial<Recovery> = {}, of: Partial<Patient> = {}) =>
    guarded({ recovery: { ...pending, ...more }, ...of });
  const none = 'ERR_CONFLICT recovery: No recovery is going on (a recovery, not none)';

  test('is vetoed', () => {
    expect(withVeto(going())).toStrictEqual(guarded());
    expect(refusalOf(() => withVeto(guarded()))).toBe(none);
  });

  test('waits for its delay', () => {
    const early = may(10, '12:59:59.999');
    expect(refusalOf(() => recovered(going(), early))).toBe(
      `ERR_CONFLICT recovery: The delay has not passed (${pending.effectiveAt}, not ${early})`,
    );
    expect(refusalOf(() => recovered(going(), pending.effectiveAt))).toBe('taken');
    expect(refusalOf(() => recovered(guarded(), pending.effectiveAt))).toBe(none);
    expect(
      refusalOf(() => recovered(going({}, { status: 'DECEASED' }), pending.effectiveAt)),
    ).toMatch(/dead/);
  });

  const keys = [
    patientKey('old', { status: 'RETIRED', endedAt: may(2) }),
    patientKey('own'),
    patientKey('phone', { addedBy: 'own', addedAt: may(6) }),
  ];
  const fresh = {
    ...newKey(1),
    kid: jwkThumbprint(jwkOf(1)),
    status: 'ACTIVE',
    addedAt: may(11),
    proof: pending.proof,
  };

  test('retires every older key', () => {
    expect(recovered(going({}, { keys }), may(11))).toStrictEqual(
      guarded({
        keys: [
          patientKey('old', { status: 'RETIRED', endedAt: may(2) }),
          patientKey('own', { status: 'RETIRED', endedAt: may(11) }),
          patientKey('phone', {
            addedBy: 'own',
            addedAt: may(6),
            status: 'RETIRED',
            endedAt: may(11),
          }),
          { ...fresh, status: 'ACTIVE' },
        ],
      }),
    );
  });

  test('declares every older key lost where the guardians say so, and keeps the guardians', () => {
    const lost = { olderKeys: 'LOST', lostSince: may(5) } as const;
    const after = recovered(going(lost, { keys }), may(11));
    const end = { status: 'LOST', lostSince: may(5), endedAt: may(11) };
    expect(after.keys).toMatchObject([
      { kid: 'old', status: 'RETIRED' },
      { kid: 'own', ...end },
      { kid: 'phone', ...end },
      fresh,
    ]);
    expect(after.guardians).toEqual(guardianBoard());
    const ever = recovered(going({ olderKeys: 'LOST' }, { keys }), may(11));
    expect(ever.keys[1]).not.toHaveProperty('lostSince');
    expect(ever.guardians).toEqual(guardianBoard());
  });
});
