import type { GrantRequest } from './grant.js';
import { judgeShare, sharerOf, type JudgedShare, type ShareableGrant } from './share.js';

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
  sharedAt: '2026-05-01T06:00:00.000Z',
  notAfter: '2026-05-01T18:00:00.000Z',
  ...more,
});

const deny = (mspId: string): ShareableGrant => grant({ decision: 'deny', grantee: { mspId } });

describe('judgeShare', () => {
  test('finds nothing against a share within a grant that holds', () => {
    expect(judgeShare(request, share(), grant(), [])).toBeUndefined();
    const narrow = share({
      grantee: { mspId: 'PharmaMSP', role: 'pharmacist', practitioner: 'ph-1' },
      records: ['r0', 'r1'],
    });
    const named = grant({ grantee: { mspId: 'ValleyMSP', role: 'physician', practitioner: 'd' } });
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

test('staff as the grant names them share on', () => {
  expect(sharerOf(grant())).toEqual({ mspId: 'ValleyMSP' });
  const grantee = { mspId: 'ValleyMSP', role: 'physician', practitioner: 'dr-1' };
  expect(sharerOf(grant({ grantee }))).toEqual(grantee);
  expect(sharerOf(grant({ onward: undefined }))).toBeUndefined();
  expect(sharerOf(grant({ grantee: { patient: 'p2' } }))).toBeUndefined();
  expect(sharerOf(undefined)).toBeUndefined();
});
