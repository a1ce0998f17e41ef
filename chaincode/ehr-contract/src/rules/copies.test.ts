import { NO_END, type AskingParty, type ConsentState, type NamedGrant } from '@salus/protocol';
import { may } from '../test-support/patients.js';
import { refusalOf } from '../test-support/refusal.js';
import {
  copiesOf,
  mayHold,
  namedBy,
  nextChange,
  requireKnowing,
  requireSharable,
  type CopiedRecord,
} from './copies.js';

const at = may(10);
const record: CopiedRecord = {
  recordId: 'r1',
  pseudonym: 'p',
  custodian: 'AMSP',
  categoryTag: 'laboratory',
  labelTags: [],
};
const permit: NamedGrant = {
  grantId: 'g1',
  decision: 'permit',
  grantee: { mspId: 'BMSP' },
  scope: { categoryTags: ['laboratory'] },
  notBefore: may(1),
  notAfter: may(20),
};
const share = {
  shareId: 's1',
  grantId: 'g1',
  grantee: { mspId: 'CMSP' },
  sharedBy: { mspId: 'BMSP', role: 'physician' },
  sharedAt: may(2),
  notAfter: may(15),
};
const consent = (
  grants: readonly NamedGrant[],
  shares: ConsentState['shares'] = [],
): ConsentState => ({ grants, shares });
const holds = (holder: string, state: ConsentState, of: CopiedRecord = record) =>
  mayHold(of, { holder, consent: state, at });

describe('an organisation may know what a record is about', () => {
  test.each<[string, Partial<NamedGrant>]>([
    ['a permit of its category', {}],
    ['a permit of the record alone', { scope: { records: ['r1'] } }],
    ['a permit to one role', { grantee: { mspId: 'BMSP', role: 'physician' } }],
    ['a permit to one practitioner', { grantee: { mspId: 'BMSP', practitioner: 'dr' } }],
    ['a permit for some purposes', { purposes: ['HRESCH', 'HPAYMT'] }],
  ])('by %s', (_, terms) => {
    expect(holds('BMSP', consent([{ ...permit, ...terms }]))).toBe(true);
  });

  test('by one of the purposes of a permit where a deny closes another', () => {
    const both: NamedGrant = { ...permit, purposes: ['HRESCH', 'HPAYMT'] };
    const deny = { decision: 'deny', grantee: {}, scope: {} } as const;
    const closed: NamedGrant = { ...permit, grantId: 'd', ...deny, purposes: ['HRESCH'] };
    expect(holds('BMSP', consent([both, closed]))).toBe(true);
  });

  test('by an onward share of a permit', () => {
    const onward: NamedGrant = { ...permit, onward: true, purposes: ['HPAYMT'] };
    expect(holds('CMSP', consent([onward], [share]))).toBe(true);
  });

  test('by an onward share of the second of two permits, for whose purposes it asks', () => {
    const first: NamedGrant = { ...permit, grantId: 'g0', purposes: ['TREAT'] };
    const onward: NamedGrant = { ...permit, onward: true, purposes: ['HPAYMT'] };
    expect(holds('CMSP', consent([first, onward], [share]))).toBe(true);
  });
});

describe('an organisation may not know what a record is about', () => {
  test.each<[string, Partial<NamedGrant>]>([
    ['the permit names another organisation', { grantee: { mspId: 'CMSP' } }],
    ['the permit names a patient', { grantee: { patient: 'q' } }],
    ['the permit covers another category', { scope: { categoryTags: ['imaging'] } }],
    ['the permit was withdrawn', { withdrawnAt: may(5) }],
    ['the permit was signed by a lost key', { voided: true }],
    ['the permit is over', { notAfter: may(9) }],
    ['the permit has not begun', { notBefore: may(11) }],
    ['it is no permit', { decision: 'deny' }],
  ])('where %s', (_, terms) => {
    expect(holds('BMSP', consent([{ ...permit, ...terms }]))).toBe(false);
  });

  test('where a deny overrides the permit', () => {
    const deny: NamedGrant = { ...permit, grantId: 'd', decision: 'deny', grantee: {}, scope: {} };
    expect(holds('BMSP', consent([permit, deny]))).toBe(false);
  });

  test('where the record was erased', () => {
    expect(holds('BMSP', consent([permit]), { ...record, erasedAt: may(3) })).toBe(false);
  });

  test('where it keeps the record itself: it holds the original', () => {
    const own = { ...permit, grantee: { mspId: 'AMSP' } };
    expect(holds('AMSP', consent([own]))).toBe(false);
    expect(holds('AMSP', consent([{ ...own, purposes: ['HRESCH'] }]))).toBe(false);
  });

  test('where the permit of an onward share is not there', () => {
    expect(holds('CMSP', consent([], [share]))).toBe(false);
  });

  test('where a patient has more grants than a decision reads', () => {
    expect(holds('BMSP', { ...consent([permit]), truncated: true })).toBe(false);
  });
});

test('details are shared with an organisation that may know them only', () => {
  const sharing = (holder: string) =>
    refusalOf(() => {
      requireSharable(record, { holder, consent: consent([permit]), at });
    });
  expect(sharing('BMSP')).toBe('taken');
  expect(sharing('CMSP')).toBe(
    'ERR_CONFLICT holder: No consent lets CMSP know what the record is about ' +
      '(an organisation that a permit in force names, not another one)',
  );
});

test('those named by permits and shares are told once each, in order; denies name nobody', () => {
  const grants: NamedGrant[] = [
    { ...permit, grantee: { mspId: 'CMSP' } },
    permit,
    { ...permit, grantee: { patient: 'q' } },
    { ...permit, decision: 'deny', grantee: { mspId: 'DMSP' } },
  ];
  expect(namedBy(consent(grants, [share]))).toStrictEqual(['BMSP', 'CMSP']);
});

describe('copies of a record', () => {
  const state = consent([permit, { ...permit, grantId: 'g2', grantee: { mspId: 'CMSP' } }]);
  const copies = (held: Readonly<Record<string, string | undefined>>, own?: string) =>
    copiesOf(record, own, {
      ...{ consent: state, at },
      copies: Object.entries(held).map(([holder, keysHash]) => ({ holder, keysHash })),
    });

  test('are due where there is none, or one of earlier keys', () => {
    expect(copies({ CMSP: undefined, BMSP: 'old' }, 'new')).toEqual({
      ...{ recordId: 'r1', deposited: true, due: ['BMSP', 'CMSP'], over: [] },
    });
  });

  test('are not due where the same keys are', () => {
    expect(copies({ BMSP: 'new' }, 'new')).toMatchObject({ due: [], over: [] });
  });

  test('are not due before the custodian has deposited', () => {
    for (const held of [undefined, 'old']) {
      expect(copies({ BMSP: held }, undefined)).toMatchObject({
        deposited: false,
        due: [],
        over: [],
      });
    }
  });

  test('are over where consent lets the holder know no longer', () => {
    expect(copies({ EMSP: 'old', DMSP: 'new', FMSP: undefined }, 'new')).toMatchObject({
      ...{ due: [], over: ['DMSP', 'EMSP'] },
    });
  });

  test("leave the custodian's own out", () => {
    expect(copies({ AMSP: 'other' }, 'new')).toMatchObject({ due: [], over: [] });
  });
});

describe('what a record is about is told', () => {
  const knows = (who: AskingParty, state: ConsentState, of: CopiedRecord = record) =>
    refusalOf(() => {
      requireKnowing(of, { who, consent: state, at });
    });
  const to = (grantee: NamedGrant['grantee'], more: Partial<NamedGrant> = {}) =>
    consent([{ ...permit, grantee, ...more }]);
  const staff = (role: string, more: Partial<AskingParty> = {}): AskingParty => ({
    ...{ mspId: 'BMSP', role },
    ...more,
  });
  const refused =
    'ERR_FORBIDDEN recordId: Consent does not let the caller know of the record ' +
    '(a record of BMSP that it may read, or one that a permit opens to the caller, ' +
    'not one that AMSP keeps)';

  test.each<[string, AskingParty, ConsentState]>([
    ['staff of an organisation that a permit names', staff('registrar'), to({ mspId: 'BMSP' })],
    ['the role that a permit names', staff('nurse'), to({ mspId: 'BMSP', role: 'nurse' })],
    [
      'the practitioner that a permit names',
      staff('physician', { practitioner: 'dr' }),
      to({ mspId: 'BMSP', practitioner: 'dr' }),
    ],
    ['the key service', staff('keyservice'), to({ mspId: 'BMSP', role: 'physician' })],
    [
      'staff that a permit for some purposes names',
      staff('adjuster'),
      to({ mspId: 'BMSP' }, { purposes: ['HPAYMT'] }),
    ],
  ])('to %s', (_, who, state) => {
    expect(knows(who, state)).toBe('taken');
  });

  test('to staff whom an onward share names', () => {
    const onward: NamedGrant = { ...permit, onward: true };
    const who = staff('pharmacist', { mspId: 'CMSP' });
    expect(knows(who, consent([onward], [share]))).toBe('taken');
  });

  test.each<[string, AskingParty, ConsentState]>([
    [
      'another role than the permit names',
      staff('registrar'),
      to({ mspId: 'BMSP', role: 'nurse' }),
    ],
    [
      'another practitioner than the permit names',
      staff('physician', { practitioner: 'other' }),
      to({ mspId: 'BMSP', practitioner: 'dr' }),
    ],
    ['a service that no permit names', staff('store'), to({ mspId: 'BMSP' })],
    [
      'a service beside a permit that names another role',
      staff('store'),
      consent([permit, { ...permit, grantId: 'g2', grantee: { mspId: 'BMSP', role: 'nurse' } }]),
    ],
    [
      'a service that a permit names in another organisation',
      staff('store'),
      consent([permit, { ...permit, grantId: 'g2', grantee: { mspId: 'CMSP', role: 'store' } }]),
    ],
    [
      'a service that a deny names',
      staff('store'),
      consent([
        permit,
        {
          ...{ ...permit, grantId: 'd', decision: 'deny', scope: { categoryTags: ['imaging'] } },
          grantee: { mspId: 'BMSP', role: 'store' },
        },
      ]),
    ],
    ['somebody without a role', { mspId: 'BMSP' }, to({ mspId: 'BMSP' })],
    ['staff of an organisation without a permit', staff('physician'), to({ mspId: 'CMSP' })],
    ['its key service', staff('keyservice'), to({ mspId: 'CMSP' })],
    ['staff after the permit', staff('physician'), to({ mspId: 'BMSP' }, { notAfter: may(9) })],
  ])('not to %s', (_, who, state) => {
    expect(knows(who, state)).toBe(refused);
  });

  test('to nobody of another organisation once the record is erased', () => {
    const gone = { ...record, erasedAt: may(3) };
    for (const role of ['physician', 'keyservice']) {
      expect(knows(staff(role), to({ mspId: 'BMSP' }), gone)).toBe(refused);
    }
  });

  describe("by the custodian's own peers", () => {
    const own = (role: string, more: Partial<AskingParty> = {}) =>
      staff(role, { mspId: 'AMSP', ...more });
    const deny = (grantee: NamedGrant['grantee'], more: Partial<NamedGrant> = {}) =>
      consent([{ ...permit, grantId: 'd', decision: 'deny', grantee, scope: {}, ...more }]);
    const kept = refused.replace('record of BMSP', 'record of AMSP');

    test('to those who read records, without a permit', () => {
      for (const role of ['registrar', 'emergency', 'keyservice']) {
        expect(knows(own(role), consent([]))).toBe('taken');
      }
    });

    test('not to others', () => {
      const names = 'registrar or physician or billing or emergency or pharmacist or adjuster';
      expect(knows(own('store'), consent([]))).toBe(
        'ERR_FORBIDDEN caller: The role of the caller does not go with this ' +
          `(${names} or keyservice, not store)`,
      );
    });

    test('not to a practitioner whom the patient denies', () => {
      const dr = own('physician', { practitioner: 'dr' });
      expect(knows(dr, deny({ practitioner: 'dr' }))).toBe(kept);
      expect(knows(dr, deny({ practitioner: 'other' }))).toBe('taken');
      expect(knows(dr, deny({ practitioner: 'dr' }, { purposes: ['TREAT'] }))).toBe('taken');
    });

    test('not to practitioners of a custodian that the patient denies, but to its desk', () => {
      const closed = deny({ mspId: 'AMSP' });
      expect(knows(own('physician', { practitioner: 'dr' }), closed)).toBe(kept);
      for (const role of ['registrar', 'keyservice']) {
        expect(knows(own(role), closed)).toBe('taken');
      }
    });

    test('to its staff where a patient has more grants than a decision reads', () => {
      const dr = own('physician', { practitioner: 'dr' });
      expect(knows(dr, { ...consent([]), truncated: true })).toBe('taken');
    });

    test('to its staff until what was erased is purged', () => {
      const gone = { ...record, erasedAt: may(3) };
      const dr = own('physician', { practitioner: 'dr' });
      expect(knows(dr, deny({ practitioner: 'dr' }), gone)).toBe('taken');
    });
  });
});

describe('the next time at which consent changes by itself', () => {
  const next = (grants: readonly NamedGrant[], shares: ConsentState['shares'] = []) =>
    nextChange(consent(grants, shares), at);

  test('is none without a permit', () => {
    expect(next([])).toBeUndefined();
  });

  test('is the end of a permit in force', () => {
    expect(next([permit])).toBe(may(20));
  });

  test('is the beginning of a permit to come', () => {
    expect(next([{ ...permit, notBefore: may(11) }])).toBe(may(11));
  });

  test('is the end of a deny, or its beginning', () => {
    const deny: NamedGrant = { ...permit, decision: 'deny', notAfter: may(12) };
    expect(next([permit, deny])).toBe(may(12));
    expect(next([permit, { ...deny, notBefore: may(11) }])).toBe(may(11));
    expect(next([{ ...deny, notAfter: NO_END }])).toBeUndefined();
  });

  test('is the end of an onward share', () => {
    expect(next([permit], [share])).toBe(may(15));
  });

  test('is the earliest one, whatever the order, in UTC to the millisecond', () => {
    const soon = { ...permit, notAfter: '2026-05-10T12:00:01Z' };
    expect(next([permit, soon, { ...permit, notAfter: may(18) }])).toBe(may(10, '12:00:01.000'));
  });

  test('is to come: what changes now has changed', () => {
    expect(next([{ ...permit, notAfter: at }])).toBeUndefined();
    expect(next([{ ...permit, notBefore: at }])).toBe(may(20));
  });

  test('is when the end of a key becomes final', () => {
    const ending = (finalAt: string) =>
      nextChange(consent([permit], []), at, [{ finalAt: may(19) }, { finalAt }]);
    expect(ending(may(13))).toBe(may(13));
    expect(ending(at)).toBe(may(19));
  });

  test('is none of what was withdrawn, or signed by a lost key', () => {
    expect(next([{ ...permit, withdrawnAt: may(3) }])).toBeUndefined();
    expect(next([{ ...permit, voided: true }])).toBeUndefined();
    expect(next([{ ...permit, voided: false }])).toBe(may(20));
    expect(next([], [{ ...share, withdrawnAt: may(3) }])).toBeUndefined();
  });
});
