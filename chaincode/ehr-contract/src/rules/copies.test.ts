import type { ConsentState, NamedGrant } from '@salus/protocol';
import { may } from '../test-support/patients.js';
import { refusalOf } from '../test-support/refusal.js';
import { copiesOf, mayHold, namedBy, requireSharable, type CopiedRecord } from './copies.js';

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
