import type { GrantRequest } from './grant.js';
import { judgeShare, judgeSharer, type JudgedShare, type ShareableGrant } from './share.js';

const request: GrantRequest = {
  record: { recordId: 'r1', categoryTag: 'lab', labelTags: ['normal'] },
  requester: { mspId: 'PharmaMSP', role: 'pharmacist', practitioner: 'ph-1' },
  purpose: 'TREAT',
  at: '2026-05-01T12:00:00.000Z',
};

const grant = (more: Partial<ShareableGrant> = {}): ShareableGrant => ({
  decision: 'permit',
  grantee: { mspId: 'ValleyMSP' },
  scope: { categoryTags: ['lab'] },
  purposes: ['TREAT'],
  notBefore: '2026-05-01T00:00:00Z',
  notAfter: '2026-05-02T00:00:00Z',
  onward: true,
  ...more,
});

const share = (more: Partial<JudgedShare> = {}): JudgedShare => ({
  shareId: 's1',
  grantId: 'g1',
  grantee: { mspId: 'PharmaMSP' },
  sharedBy: { mspId: 'ValleyMSP', role: 'physician', practitioner: 'dr-1' },
  sharedAt: '2026-05-01T06:00:00.000Z',
  notAfter: '2026-05-01T18:00:00.000Z',
  ...more,
});

const denyOf = (grantee: ShareableGrant['grantee'], more: Partial<ShareableGrant> = {}) =>
  grant({ decision: 'deny', grantee, ...more });
const deny = (mspId: string): ShareableGrant => denyOf({ mspId });

describe('judgeShare', () => {
  test('finds nothing against a share within a grant that holds', () => {
    expect(judgeShare(request, share(), grant(), [])).toBeUndefined();
    const narrow = share({
      grantee: { mspId: 'PharmaMSP', role: 'pharmacist', practitioner: 'ph-1' },
      records: ['r0', 'r1'],
    });
    const named = grant({
      grantee: { mspId: 'ValleyMSP', role: 'physician', practitioner: 'dr-1' },
    });
    expect(judgeShare(request, narrow, named, [deny('CityMSP')])).toBeUndefined();
  });

  test.each<[string, string, Partial<JudgedShare>, Partial<ShareableGrant> | undefined]>([
    ['NO_GRANT', 'to another organisation', { grantee: { mspId: 'CityMSP' } }, {}],
    ['NO_GRANT', 'of a grant that is not there', {}, undefined],
    ['NO_GRANT', 'of a grant that is not to be shared', {}, { onward: false }],
    ['NO_GRANT', 'of a grant to a patient', {}, { grantee: { patient: 'p2' } }],
    ['NO_GRANT', 'of a deny', {}, { decision: 'deny' }],
    ['RECORD_NOT_COVERED', 'of other records', { records: ['r2'] }, {}],
    ['RECORD_NOT_COVERED', 'of a grant of other records', {}, { scope: { records: ['r2'] } }],
    ['CATEGORY_NOT_COVERED', 'of another category', {}, { scope: { categoryTags: ['x'] } }],
    ['LABEL_NOT_COVERED', 'of other labels', {}, { scope: { labelTags: ['x'] } }],
    ['ROLE_NOT_COVERED', 'to a role', { grantee: { mspId: 'PharmaMSP', role: 'x' } }, {}],
    [
      'PRACTITIONER_NOT_COVERED',
      'to a practitioner',
      { grantee: { mspId: 'PharmaMSP', practitioner: 'x' } },
      {},
    ],
    ['PURPOSE_NOT_COVERED', 'of a grant for a purpose', {}, { purposes: ['HRESCH'] }],
    ['WITHDRAWN', 'that was withdrawn', { withdrawnAt: '2026-05-01T07:00:00.000Z' }, {}],
    ['WITHDRAWN', 'of a withdrawn grant', {}, { withdrawnAt: '2026-05-01T07:00:00.000Z' }],
    ['KEY_LOST', 'of a grant by a lost key', {}, { voided: true }],
    ['EXPIRED', 'that has ended', { notAfter: request.at }, {}],
    ['EXPIRED', 'of a grant that has ended', {}, { notAfter: request.at }],
    ['NOT_YET_VALID', 'of a grant to come', {}, { notBefore: '2026-05-01T13:00:00Z' }],
    ['NOT_YET_VALID', 'to come', { sharedAt: '2026-05-01T13:00:00.000Z' }, {}],
  ])('says %s of a share %s', (defect, _what, ofShare, ofGrant) => {
    const parent = ofGrant === undefined ? undefined : grant(ofGrant);
    expect(judgeShare(request, share(ofShare), parent, [])).toBe(defect);
  });

  test('a share falls with a deny of who shared it', () => {
    expect(judgeShare(request, share(), grant(), [deny('ValleyMSP')])).toBe('SHARER_DENIED');
  });

  test('the defect that is checked first is told', () => {
    const both = judgeShare(
      request,
      share({ notAfter: request.at }),
      grant({ purposes: ['HRESCH'] }),
      [deny('ValleyMSP')],
    );
    expect(both).toBe('PURPOSE_NOT_COVERED');
  });

  test('a patient who asks through the recipient is not the recipient', () => {
    const requester = { ...request.requester, patient: 'p2' };
    expect(judgeShare({ ...request, requester }, share(), grant(), [])).toBe('NO_GRANT');
  });
});

describe('who shares on is judged as who shared', () => {
  const physician = { mspId: 'ValleyMSP', role: 'physician', practitioner: 'dr-1' };

  test.each<[string, ShareableGrant['grantee']]>([
    ['by name', { practitioner: 'dr-1' }],
    ['by role', { role: 'physician' }],
    ['by role in the organisation', { mspId: 'ValleyMSP', role: 'physician' }],
    ['with everybody', {}],
  ])('and denied %s, the share falls', (_how, grantee) => {
    expect(judgeShare(request, share(), grant(), [denyOf(grantee)])).toBe('SHARER_DENIED');
  });

  test.each<[string, ShareableGrant]>([
    ['of another practitioner', denyOf({ practitioner: 'dr-2' })],
    ['of another role', denyOf({ mspId: 'ValleyMSP', role: 'billing' })],
    ['of another purpose', denyOf({ practitioner: 'dr-1' }, { purposes: ['HRESCH'] })],
    ['of another record', denyOf({ practitioner: 'dr-1' }, { scope: { records: ['r2'] } })],
  ])('a deny %s leaves the share', (_what, one) => {
    expect(judgeShare(request, share(), grant(), [one])).toBeUndefined();
  });

  test.each<[string, Partial<JudgedShare['sharedBy']>, ShareableGrant['grantee'], string]>([
    ['a store', { role: 'store' }, { mspId: 'ValleyMSP' }, 'ROLE_NOT_COVERED'],
    [
      'another role than the grant names',
      { role: 'billing' },
      { mspId: 'ValleyMSP', role: 'physician' },
      'ROLE_NOT_COVERED',
    ],
    [
      'another practitioner than the grant names',
      { practitioner: 'dr-2' },
      { mspId: 'ValleyMSP', practitioner: 'dr-1' },
      'PRACTITIONER_NOT_COVERED',
    ],
    ['another organisation', { mspId: 'CityMSP' }, { mspId: 'ValleyMSP' }, 'NO_GRANT'],
  ])('a share by %s permits nothing', (_who, by, grantee, defect) => {
    const made = share({ sharedBy: { ...physician, ...by } });
    expect(judgeShare(request, made, grant({ grantee }), [])).toBe(defect);
  });

  test('a role that a grant names shares on, whatever its work is', () => {
    const nurse = { mspId: 'ValleyMSP', role: 'nurse' };
    expect(judgeSharer(request, nurse, grant({ grantee: nurse }), [])).toBeUndefined();
    expect(judgeSharer(request, nurse, grant(), [])).toBe('ROLE_NOT_COVERED');
    expect(judgeSharer(request, { mspId: 'ValleyMSP' }, grant(), [])).toBe('ROLE_NOT_COVERED');
  });
});
