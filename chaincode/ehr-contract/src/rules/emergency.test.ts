import type { NamedGrant } from '@salus/protocol';
import type { Emergency, HealthRecord } from '@salus/protocol/ehr';
import { may } from '../test-support/patients.js';
import { refusalOf } from '../test-support/refusal.js';
import {
  decideEmergency,
  escalated,
  isOverdue,
  requireAnswerable,
  requireEmergencyRole,
  reviewed,
  type EmergencyQuestion,
} from './emergency.js';

const at = may(10);

test.each<[string, string | undefined, string]>([
  ['AMSP', 'physician', 'taken'],
  ['AMSP', 'emergency', 'taken'],
  ['AMSP', 'billing', 'billing of AMSP'],
  ['AMSP', undefined, 'no role of AMSP'],
  ['BMSP', 'physician', 'physician of BMSP'],
])('at %s, the role %s may break the glass: %s', (mspId, role, got) => {
  const who = { mspId, ...(role !== undefined && { role }) };
  expect(refusalOf(() => requireEmergencyRole(who, ['AMSP']))).toBe(
    got === 'taken'
      ? got
      : 'ERR_FORBIDDEN caller: Breaking the glass needs a physician of a hospital ' +
          `(physician or emergency of a hospital, not ${got})`,
  );
});

describe('breaking the glass', () => {
  const record = {
    recordId: 'r',
    pseudonym: 'p',
    categoryTag: 'lab',
    labelTags: [],
    custodian: 'AMSP',
    registeredAt: may(1),
  } as unknown as HealthRecord;
  const question: EmergencyQuestion = {
    record,
    key: { status: 'ACTIVE' },
    at,
    requester: { mspId: 'BMSP', id: 'x', role: 'physician' },
  };
  const deny = (grantId: string, more: Partial<NamedGrant> = {}): NamedGrant => ({
    grantId,
    decision: 'deny',
    grantee: {},
    scope: {},
    purposes: ['BTG'],
    notBefore: may(1),
    notAfter: may(20),
    ...more,
  });
  const permitted = { permitted: true, reason: 'EMERGENCY' };
  const denied = (reason: string) => ({ permitted: false, reason });

  test.each<[string, Partial<EmergencyQuestion>, object]>([
    ['a record sealed to custodians', {}, permitted],
    ['where their key was retired since', { key: { status: 'RETIRED' } }, permitted],
    ['where their key came to nothing', { key: { status: 'FAILED' } }, denied('NO_EMERGENCY_KEY')],
    ['where their key is not there yet', { key: { status: 'DEALT' } }, denied('NO_EMERGENCY_KEY')],
    ['sealed to nobody', { key: undefined }, denied('NO_EMERGENCY_KEY')],
    ['of nothing', { record: undefined }, denied('UNKNOWN_RECORD')],
    ['erased', { record: { ...record, erasedAt: may(2) } }, denied('ERASED')],
  ])('%s', (_what, more, expected) => {
    expect(decideEmergency({ ...question, ...more }, { grants: [], shares: [] })).toStrictEqual(
      expected,
    );
  });

  test.each<[string, readonly NamedGrant[], object]>([
    [
      'by name is heard, the first one is named',
      [deny('b'), deny('a'), deny('c')],
      { ...denied('DENIED_BY_PATIENT'), grantId: 'a' },
    ],
    ['of everything else is not', [deny('a', { purposes: ['TREAT', 'HRESCH'] })], permitted],
    ['that is withdrawn is not', [deny('a', { withdrawnAt: may(5) })], permitted],
    ['that is void is not', [deny('a', { voided: true })], permitted],
    ['that has ended is not', [deny('a', { notAfter: may(9) })], permitted],
    ['to somebody else is not', [deny('a', { grantee: { mspId: 'CMSP' } })], permitted],
  ])('a deny %s', (_what, grants, expected) => {
    expect(decideEmergency(question, { grants, shares: [] })).toStrictEqual(expected);
  });

  test('is denied where a deny could have been left out', () => {
    const consent = { grants: [], shares: [], truncated: true };
    expect(decideEmergency(question, consent)).toStrictEqual(denied('TOO_MANY_GRANTS'));
  });
});

test('custodians answer while the decision holds', () => {
  expect(refusalOf(() => requireAnswerable(may(10, '12:00:00.001'), at))).toBe('taken');
  expect(refusalOf(() => requireAnswerable(at, at))).toBe(
    'ERR_CONFLICT ref: The decision has expired (a decision in force, not an expired one)',
  );
});

describe('the review of an emergency', () => {
  const emergency: Emergency = {
    ref: { pseudonym: 'p', decidedAt: may(1), decisionId: 'd' },
    recordId: 'r',
    custodian: 'AMSP',
    keyId: 'k',
    reasonCode: 'OTHER',
    reasonHash: 'h',
    requester: { mspId: 'BMSP', id: 'x' },
    reviewDueAt: at,
  };
  const outcome = { outcome: 'JUSTIFIED', noteHash: 'n' } as const;
  const review = (mspId: string, role: string | undefined, of = emergency) => {
    const by = { mspId, id: 'o', ...(role !== undefined && { role }) };
    return reviewed(of, outcome, { by, at, overseers: ['RMSP', 'BMSP'] });
  };
  const officer = 'privacy-officer';
  const closed =
    'ERR_CONFLICT ref: The emergency was reviewed before (an open review, not a closed one)';

  test.each<[string, string | undefined, string]>([
    ['AMSP', officer, 'taken'],
    ['RMSP', officer, 'taken'],
    ['BMSP', officer, `${officer} of BMSP`],
    ['CMSP', officer, `${officer} of CMSP`],
    ['AMSP', 'physician', 'physician of AMSP'],
    ['AMSP', undefined, 'no role of AMSP'],
  ])('is taken or refused at %s from the role %s: %s', (mspId, role, got) => {
    expect(refusalOf(() => review(mspId, role))).toBe(
      got === 'taken'
        ? got
        : "ERR_FORBIDDEN caller: A privacy officer of the record's custodian or of an overseer " +
            'reviews, not of who asked ' +
            `(privacy-officer of the custodian or an overseer, not ${got})`,
    );
  });

  test('comes once, and says what was found', () => {
    const done = review('AMSP', officer);
    const by = { mspId: 'AMSP', id: 'o', role: officer };
    expect(done).toStrictEqual({ ...emergency, review: { ...outcome, by, at } });
    expect(refusalOf(() => review('RMSP', officer, done))).toBe(closed);
    expect(refusalOf(() => escalated(done, may(11)))).toBe(closed);
  });

  test('is overdue from the moment it is due, and escalated once', () => {
    const early = may(10, '11:59:59.999');
    expect([early, at, may(11)].map((now) => isOverdue(emergency, now))).toEqual([
      false,
      true,
      true,
    ]);
    expect(refusalOf(() => escalated(emergency, early))).toBe(
      `ERR_CONFLICT ref: The review is not due yet (${at}, not ${early})`,
    );
    const raised = escalated(emergency, at);
    expect(raised).toStrictEqual({ ...emergency, escalatedAt: at });
    expect(refusalOf(() => escalated(raised, may(12)))).toBe(
      'ERR_CONFLICT ref: The emergency was escalated before (once, not twice)',
    );
    expect(refusalOf(() => review('AMSP', officer, raised))).toBe('taken');
  });
});
