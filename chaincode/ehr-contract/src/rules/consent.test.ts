import fc from 'fast-check';
import { DENIAL_REASONS, type Grant } from '../api.js';
import { decideConsent, type AccessRequest } from './consent.js';

const request: AccessRequest = {
  record: { recordId: 'r1', categoryTag: 'lab', custodian: 'CityMSP' },
  requester: { mspId: 'ValleyMSP', role: 'physician', practitioner: 'dr-1' },
  purpose: 'TREAT',
  at: '2026-05-01T12:00:00.000Z',
};

const grant = (more: Partial<Grant> = {}): Grant => ({
  grantId: 'g1',
  pseudonym: 'p',
  grantee: { mspId: 'ValleyMSP' },
  scope: { categoryTags: ['lab'] },
  purposes: ['TREAT'],
  notBefore: '2026-05-01T00:00:00Z',
  notAfter: '2026-05-02T00:00:00Z',
  grantedAt: '2026-04-30T00:00:00.000Z',
  ...more,
});

/** A grant that fails for each reason, and for that one only. */
const failing = {
  NO_GRANT: grant({ grantee: { mspId: 'InsurerMSP' } }),
  RECORD_NOT_COVERED: grant({ scope: { records: ['r2'] } }),
  CATEGORY_NOT_COVERED: grant({ scope: { categoryTags: ['imaging'] } }),
  ROLE_NOT_COVERED: grant({ grantee: { mspId: 'ValleyMSP', role: 'billing' } }),
  PRACTITIONER_NOT_COVERED: grant({ grantee: { mspId: 'ValleyMSP', practitioner: 'dr-2' } }),
  PURPOSE_NOT_COVERED: grant({ purposes: ['HRESCH', 'ETREAT'] }),
  WITHDRAWN: grant({ withdrawnAt: '2026-05-01T11:00:00.000Z' }),
  EXPIRED: grant({ notAfter: '2026-05-01T11:00:00Z' }),
  NOT_YET_VALID: grant({ notBefore: '2026-05-01T13:00:00Z' }),
} as const;
const reasons = Object.keys(failing) as (keyof typeof failing)[];

describe('decideConsent', () => {
  test('the custodian needs no grant', () => {
    const requester = { ...request.requester, mspId: 'CityMSP' };
    expect(decideConsent({ ...request, requester }, [])).toEqual({ kind: 'CUSTODIAN' });
  });

  test('without a grant there is no access', () => {
    expect(decideConsent(request, [])).toEqual({ kind: 'DENIED', reason: 'NO_GRANT' });
  });

  test('unlimited grants are used before counted ones, and those by ID', () => {
    const grants = [
      grant({ grantId: 'd', maxUses: 1 }),
      grant({ grantId: 'c' }),
      grant({ grantId: 'a', maxUses: 2 }),
      grant({ grantId: 'b' }),
    ];
    for (const order of [grants, [...grants].reverse()]) {
      const consent = decideConsent(request, order);
      expect(consent.kind === 'GRANTED' && consent.grants.map(({ grantId }) => grantId)).toEqual([
        ...['b', 'c', 'a', 'd'],
      ]);
    }
  });

  test('grants that do not permit are left out', () => {
    const grants = [failing.EXPIRED, grant({ grantId: 'good' }), failing.WITHDRAWN];
    expect(decideConsent(request, grants)).toEqual({
      kind: 'GRANTED',
      grants: [grant({ grantId: 'good' })],
    });
  });

  test('the grant that came closest gives the reason, in whatever order they come', () => {
    const ofReasons = fc.uniqueArray(fc.constantFrom(...reasons), { minLength: 1 });
    fc.assert(
      fc.property(ofReasons, (some) => {
        const expected = DENIAL_REASONS.filter((reason) => some.includes(reason as never)).at(-1);
        const consent = decideConsent(
          request,
          some.map((reason) => failing[reason]),
        );
        expect(consent).toEqual({ kind: 'DENIED', reason: expected });
      }),
    );
  });

  test('more grants never take access away', () => {
    const grants = fc.array(fc.constantFrom(grant(), ...Object.values(failing)));
    fc.assert(
      fc.property(grants, grants, (some, more) => {
        if (decideConsent(request, some).kind !== 'GRANTED') return;
        expect(decideConsent(request, [...more, ...some]).kind).toBe('GRANTED');
      }),
    );
  });
});
