import { judgeGrant, type GrantRequest, type JudgedGrant } from './grant.js';

const request: GrantRequest = {
  record: { recordId: 'r1', categoryTag: 'lab', labelTags: ['normal'] },
  requester: { mspId: 'ValleyMSP', role: 'physician', practitioner: 'dr-1' },
  purpose: 'TREAT',
  at: '2026-05-01T12:00:00.000Z',
};

const grant = (more: Partial<JudgedGrant> = {}): JudgedGrant => ({
  decision: 'permit',
  grantee: { mspId: 'ValleyMSP' },
  scope: { categoryTags: ['lab'] },
  purposes: ['TREAT'],
  notBefore: '2026-05-01T00:00:00Z',
  notAfter: '2026-05-02T00:00:00Z',
  ...more,
});

/** A grant that fails for each reason, and for that one only. */
const failing = {
  NO_GRANT: grant({ grantee: { mspId: 'InsurerMSP' } }),
  RECORD_NOT_COVERED: grant({ scope: { records: ['r2'] } }),
  CATEGORY_NOT_COVERED: grant({ scope: { categoryTags: ['imaging'] } }),
  LABEL_NOT_COVERED: grant({ scope: { labelTags: ['restricted'] } }),
  ROLE_NOT_COVERED: grant({ grantee: { mspId: 'ValleyMSP', role: 'billing' } }),
  PRACTITIONER_NOT_COVERED: grant({ grantee: { mspId: 'ValleyMSP', practitioner: 'dr-2' } }),
  PURPOSE_NOT_COVERED: grant({ purposes: ['HRESCH', 'ETREAT'] }),
  WITHDRAWN: grant({ withdrawnAt: '2026-05-01T11:00:00.000Z' }),
  KEY_LOST: grant({ voided: true }),
  EXPIRED: grant({ notAfter: '2026-05-01T11:00:00Z' }),
  NOT_YET_VALID: grant({ notBefore: '2026-05-01T13:00:00Z' }),
} as const;
const reasons = Object.keys(failing) as (keyof typeof failing)[];

describe('judgeGrant', () => {
  test('finds nothing against a grant that covers all', () => {
    expect(judgeGrant(request, grant())).toBeUndefined();
    const narrow = grant({
      grantee: { mspId: 'ValleyMSP', role: 'physician', practitioner: 'dr-1' },
      scope: { categoryTags: ['imaging', 'lab'], records: ['r0', 'r1'] },
      purposes: ['HRESCH', 'TREAT'],
    });
    expect(judgeGrant(request, narrow)).toBeUndefined();
  });

  test.each(reasons)('says %s', (reason) => {
    expect(judgeGrant(request, failing[reason])).toBe(reason);
  });

  test.each(reasons)('%s goes before all that are checked later', (reason) => {
    for (const later of reasons.slice(reasons.indexOf(reason) + 1)) {
      const both = {
        ...failing[later],
        ...changed(failing[reason]),
        grantee: { ...failing[later].grantee, ...failing[reason].grantee },
        scope: { ...failing[later].scope, ...failing[reason].scope },
      };
      if (reason !== 'PURPOSE_NOT_COVERED' && later === 'PURPOSE_NOT_COVERED') {
        both.purposes = failing[later].purposes;
      }
      expect(judgeGrant(request, both)).toBe(reason);
    }
  });

  test('a grant has to cover record and category where it names both', () => {
    const scope = { categoryTags: ['lab'], records: ['r2'] };
    expect(judgeGrant(request, grant({ scope }))).toBe('RECORD_NOT_COVERED');
  });

  test('a grant of labels is not about records without any', () => {
    const record = { ...request.record, labelTags: [] };
    const of = (scope: object) => judgeGrant({ ...request, record }, grant({ scope }));
    expect(of({ labelTags: ['normal'] })).toBe('LABEL_NOT_COVERED');
    expect(of({ records: ['r1'] })).toBeUndefined();
  });

  test('a grant of labels has to list every one of the record', () => {
    const record = { ...request.record, labelTags: ['normal', 'genetic'] };
    const of = (...labelTags: string[]) =>
      judgeGrant({ ...request, record }, grant({ scope: { labelTags } }));
    expect(of('normal')).toBe('LABEL_NOT_COVERED');
    expect(of('genetic')).toBe('LABEL_NOT_COVERED');
    expect(of('genetic', 'other', 'normal')).toBeUndefined();
    expect(judgeGrant(request, grant({ scope: { labelTags: ['x', 'normal'] } }))).toBeUndefined();
  });

  test('a grant to a patient is none to the organisation through which one asks', () => {
    const toBoth = grant({ grantee: { mspId: 'ValleyMSP', patient: 'p2' } });
    const asPatient = { ...request, requester: { ...request.requester, patient: 'p2' } };
    expect(judgeGrant(request, toBoth)).toBe('NO_GRANT');
    expect(judgeGrant(asPatient, grant())).toBe('NO_GRANT');
    expect(judgeGrant(asPatient, grant({ grantee: { patient: 'p2' } }))).toBeUndefined();
    expect(judgeGrant(asPatient, grant({ grantee: { patient: 'p3' } }))).toBe('NO_GRANT');
  });

  test('a requester without a role or practitioner has none that is demanded', () => {
    const nobody = { ...request, requester: { mspId: 'ValleyMSP' } };
    expect(judgeGrant(nobody, failing.ROLE_NOT_COVERED)).toBe('ROLE_NOT_COVERED');
    expect(judgeGrant(nobody, failing.PRACTITIONER_NOT_COVERED)).toBe('PRACTITIONER_NOT_COVERED');
    expect(judgeGrant(nobody, grant())).toBeUndefined();
  });

  test('is valid from its first moment and no more from its last', () => {
    const at = '2026-05-01T12:00:00.000Z';
    expect(judgeGrant(request, grant({ notBefore: at }))).toBeUndefined();
    expect(judgeGrant(request, grant({ notAfter: at }))).toBe('EXPIRED');
  });
});

/** What a failing grant has changed beside grantee and scope. */
function changed(failed: JudgedGrant): Partial<JudgedGrant> {
  const good = grant();
  return Object.fromEntries(
    Object.entries(failed).filter(
      ([name, value]) => JSON.stringify(value) !== JSON.stringify(good[name as keyof JudgedGrant]),
    ),
  );
}

describe('a permit of a record', () => {
  const version = (
    recordId: string,
    earlier: readonly string[],
    later: readonly string[] = [],
  ) => ({
    ...request,
    record: {
      ...request.record,
      recordId,
      versions: { earlier, later: later.map((one) => ({ ...request.record, recordId: one })) },
    },
  });
  const permit = grant({ scope: { records: ['r2', 'x'] } });

  test('follows it to later versions', () => {
    expect(judgeGrant(version('r2', ['r1'], ['r3']), permit)).toBeUndefined();
    expect(judgeGrant(version('r3', ['r1', 'r2']), permit)).toBeUndefined();
    expect(judgeGrant(version('r4', ['r1', 'r2', 'r3']), permit)).toBeUndefined();
  });

  test('opens no earlier version', () => {
    expect(judgeGrant(version('r1', [], ['r2', 'r3']), permit)).toBe('RECORD_NOT_COVERED');
  });

  test('opens a later version by what that one is', () => {
    const changed = version('r3', ['r2']);
    const record = { ...changed.record, categoryTag: 'imaging' };
    const narrow = grant({ scope: { records: ['r2'], categoryTags: ['lab'] } });
    expect(judgeGrant({ ...changed, record }, narrow)).toBe('CATEGORY_NOT_COVERED');
  });
});
