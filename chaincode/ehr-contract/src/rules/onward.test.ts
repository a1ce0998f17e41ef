import { SalusError, type AskedRecord, type NamedGrant } from '@salus/protocol';
import type { OnwardTerms } from '@salus/protocol/ehr';
import { requireShareable, type Sharing } from './onward.js';

const grant = (more: Partial<NamedGrant> = {}): NamedGrant => ({
  grantId: 'g1',
  decision: 'permit',
  grantee: { mspId: 'ValleyMSP' },
  scope: { categoryTags: ['lab'] },
  purposes: ['HRESCH'],
  notBefore: '2026-05-01T00:00:00Z',
  notAfter: '2026-05-03T00:00:00Z',
  onward: true,
  ...more,
});
const terms = (more: Partial<OnwardTerms> = {}): OnwardTerms => ({
  pseudonym: 'p',
  grantId: 'g1',
  grantee: { mspId: 'PharmaMSP' },
  notAfter: '2026-05-03T00:00:00.000Z',
  ...more,
});
const record = (recordId: string, more: Partial<AskedRecord> = {}): AskedRecord => ({
  ...{ recordId, categoryTag: 'lab', labelTags: ['normal'] },
  ...more,
});
const sharing = (more: Partial<Sharing> = {}): Sharing => ({
  terms: terms(),
  sharer: { mspId: 'ValleyMSP', role: 'physician', practitioner: 'dr-1' },
  at: '2026-05-02T00:00:00.000Z',
  records: [],
  ...more,
});

function refused(more: Partial<Sharing>, ...grants: readonly NamedGrant[]): SalusError {
  try {
    requireShareable(sharing(more), grants);
  } catch (error) {
    if (error instanceof SalusError) return error;
  }
  throw new Error('It was expected to fail');
}

test.each<[string, Partial<NamedGrant>, Partial<Sharing>]>([
  ['any grant with onward sharing', {}, {}],
  ['one to the role', { grantee: { mspId: 'ValleyMSP', role: 'physician' } }, {}],
  [
    'one to a role of its own',
    { grantee: { mspId: 'ValleyMSP', role: 'nurse' } },
    { sharer: { mspId: 'ValleyMSP', role: 'nurse' } },
  ],
  ['one to the practitioner', { grantee: { mspId: 'ValleyMSP', practitioner: 'dr-1' } }, {}],
  ['one of any purpose', { purposes: undefined }, {}],
  ['one of records', { scope: { records: ['r1', 'r2'] } }, { records: [record('r2')] }],
  ['some records of a category', {}, { records: [record('r2')] }],
  [
    'a later version of a record',
    { scope: { records: ['r0'] } },
    { records: [record('r2', { versions: { earlier: ['r0'], later: [] } })] },
  ],
  ['one of labels', { scope: { labelTags: ['normal'] } }, {}],
])('a grantee may share on: %s', (_what, more, share) => {
  expect(() => requireShareable(sharing(share), [grant(more)])).not.toThrow();
});

test.each<[string, Partial<NamedGrant>, Partial<Sharing>]>([
  ['of a grant that is not there', { grantId: 'g2' }, {}],
  ['of a grant without onward sharing', { onward: false }, {}],
  ['of a deny', { decision: 'deny', onward: undefined }, {}],
  ['by another organisation', {}, { sharer: { mspId: 'CityMSP', role: 'physician' } }],
  ['by another role', { grantee: { mspId: 'ValleyMSP', role: 'billing' } }, {}],
  ['by a service of the grantee', {}, { sharer: { mspId: 'ValleyMSP', role: 'store' } }],
  ['by somebody without a role', {}, { sharer: { mspId: 'ValleyMSP' } }],
  ['by another practitioner', { grantee: { mspId: 'ValleyMSP', practitioner: 'dr-2' } }, {}],
])('nobody shares %s', (_what, more, share) => {
  expect(refused(share, grant(more))).toMatchObject({
    code: 'ERR_FORBIDDEN',
    message: 'Only a grantee who may share onward does so',
    argument: 'grantId',
    expected: "a grant to the caller's organisation that allows it",
    got: 'another',
  });
});

test.each<[string, string, Partial<NamedGrant>, Partial<Sharing>]>([
  ['WITHDRAWN', 'a grant in force', { withdrawnAt: 't' }, {}],
  ['KEY_LOST', 'a grant in force', { voided: true }, {}],
  ['EXPIRED', 'a grant in force', {}, { at: '2026-05-03T00:00:00.000Z' }],
  ['NOT_YET_VALID', 'a grant in force', {}, { at: '2026-04-30T00:00:00.000Z' }],
  [
    'a later one',
    'an end no later than that of the grant',
    {},
    { terms: terms({ notAfter: '2026-05-03T00:00:00.001Z' }) },
  ],
  [
    'others',
    'records that the grant covers',
    { scope: { records: ['r1'] } },
    { records: [record('r1'), record('r2')] },
  ],
])('nothing wider is shared: %s', (got, expected, more, share) => {
  expect(refused(share, grant(more))).toMatchObject({
    code: 'ERR_CONFLICT',
    message: 'An onward share stays within the grant that it is of',
    argument: 'grantId',
    expected,
    got,
  });
});

describe('who is denied', () => {
  const deny = (more: Partial<NamedGrant> = {}): NamedGrant => {
    const { onward: _onward, purposes: _purposes, ...terms } = grant();
    return { ...terms, ...{ grantId: 'd', decision: 'deny', grantee: {}, scope: {} }, ...more };
  };
  const named = { records: [record('r1'), record('r2')] };
  const psychiatry = { labelTags: ['psy'] };

  test.each<[string, Partial<NamedGrant>, Partial<Sharing>]>([
    ['by name', { grantee: { practitioner: 'dr-1' } }, {}],
    ['by role', { grantee: { mspId: 'ValleyMSP', role: 'physician' } }, {}],
    ['with everybody', {}, {}],
    ['the category', { scope: { categoryTags: ['lab'] } }, {}],
    ['the purpose', { purposes: ['HRESCH'] }, {}],
    ['one of the records', { scope: { records: ['r2'] } }, named],
    ['a label of a record', { scope: psychiatry }, { records: [record('r1', psychiatry)] }],
  ])('shares nothing on: %s', (_how, more, share) => {
    expect(refused(share, grant(), deny(more))).toMatchObject({
      code: 'ERR_FORBIDDEN',
      message: 'The patient denies the caller what is to be shared',
      argument: 'records',
      expected: 'what the caller may read',
      got: 'what a deny closes to the caller',
    });
  });

  test.each<[string, Partial<NamedGrant>, Partial<Sharing>]>([
    ['is another one', { grantee: { practitioner: 'dr-2' } }, {}],
    ['is denied another category', { scope: { categoryTags: ['imaging'] } }, {}],
    ['is denied another purpose', { purposes: ['TREAT'] }, {}],
    ['is denied another record', { scope: { records: ['r3'] } }, named],
    ['may read some of the category', { scope: psychiatry }, {}],
    ['is denied no more', { withdrawnAt: 't' }, {}],
  ])('shares on what is left: who %s', (_who, more, share) => {
    expect(() => {
      requireShareable(sharing(share), [grant(), deny(more)]);
    }).not.toThrow();
  });

  test('shares on what one of several purposes is left for', () => {
    const both = grant({ purposes: ['HRESCH', 'TREAT'] });
    const one = deny({ purposes: ['HRESCH'] });
    expect(() => {
      requireShareable(sharing(named), [both, one]);
    }).not.toThrow();
  });
});
