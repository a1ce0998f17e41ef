import fc from 'fast-check';
import { purposeOfUse, type PurposeOfUse } from './access-grant.js';
import { deniedPurposes, deniesAllOf, deniesRequest } from './deny.js';
import type { GrantRequest, JudgedGrant } from './grant.js';

const request: GrantRequest = {
  record: { recordId: 'r1', categoryTag: 'lab', labelTags: ['sensitive', 'genetic'] },
  requester: { mspId: 'ValleyMSP', role: 'physician', practitioner: 'dr-1' },
  purpose: 'TREAT',
  at: '2026-05-01T12:00:00.000Z',
};
const asking = (requester: Partial<GrantRequest['requester']>): GrantRequest => ({
  ...request,
  requester: { ...request.requester, ...requester },
});
const forPurpose = (purpose: PurposeOfUse): GrantRequest => ({ ...request, purpose });

const deny = (more: Partial<JudgedGrant> = {}): JudgedGrant => ({
  decision: 'deny',
  grantee: {},
  scope: {},
  notBefore: '2026-05-01T00:00:00Z',
  notAfter: '2026-05-02T00:00:00Z',
  ...more,
});

describe('a deny', () => {
  test('without criteria closes everything to everybody', () => {
    expect(deniesRequest(request, deny())).toBe(true);
    expect(deniesRequest(asking({ patient: 'p2' }), deny())).toBe(true);
  });

  test('is no permit', () => {
    expect(deniesRequest(request, deny({ decision: 'permit' }))).toBe(false);
  });

  test.each<[string, JudgedGrant['grantee'], boolean]>([
    ['the organisation', { mspId: 'ValleyMSP' }, true],
    ['another organisation', { mspId: 'CityMSP' }, false],
    ['the role', { role: 'physician' }, true],
    ['another role', { role: 'billing' }, false],
    ['the practitioner', { practitioner: 'dr-1' }, true],
    ['another practitioner', { practitioner: 'dr-2' }, false],
    ['a patient', { patient: 'p2' }, false],
    ['the role in another organisation', { mspId: 'CityMSP', role: 'physician' }, false],
    ['another role in the organisation', { mspId: 'ValleyMSP', role: 'billing' }, false],
  ])('closes to its grantee and nobody else: %s', (_what, grantee, denied) => {
    expect(deniesRequest(request, deny({ grantee }))).toBe(denied);
  });

  test.each<[string, JudgedGrant['grantee'], boolean]>([
    ['that patient', { patient: 'p2' }, true],
    ['another patient', { patient: 'p3' }, false],
    ['the organisation that relays', { mspId: 'ValleyMSP' }, false],
    ['the role that relays', { role: 'physician' }, false],
    ['the practitioner who relays', { practitioner: 'dr-1' }, false],
  ])(
    'closes to its grantee where a patient asks, and not to who relays: %s',
    (_what, grantee, denied) => {
      expect(deniesRequest(asking({ patient: 'p2' }), deny({ grantee }))).toBe(denied);
    },
  );

  test.each<[string, JudgedGrant['scope'], boolean]>([
    ['the record', { records: ['r0', 'r1'] }, true],
    ['another record', { records: ['r2'] }, false],
    ['the category', { categoryTags: ['lab'] }, true],
    ['one of several categories', { categoryTags: ['imaging', 'lab'] }, true],
    ['another category', { categoryTags: ['imaging'] }, false],
    ['one of its labels', { labelTags: ['genetic', 'hiv'] }, true],
    ['another label', { labelTags: ['hiv'] }, false],
    ['the category, of another record', { categoryTags: ['lab'], records: ['r2'] }, false],
    ['the label, of another category', { categoryTags: ['x'], labelTags: ['genetic'] }, false],
  ])('closes what its scope covers and nothing else: %s', (_what, scope, denied) => {
    expect(deniesRequest(request, deny({ scope }))).toBe(denied);
  });

  test.each<[readonly PurposeOfUse[], readonly PurposeOfUse[]]>([
    [['TREAT'], ['TREAT', 'ETREAT']],
    [['ETREAT'], ['ETREAT', 'BTG']],
    [['CAREMGT'], ['CAREMGT']],
    [['HOPERAT'], ['HOPERAT', 'CAREMGT']],
    [['PATRQT'], ['PATRQT', 'FAMRQT']],
    [['FAMRQT'], ['FAMRQT']],
    [['BTG'], ['BTG']],
    [['HPAYMT'], ['HPAYMT', 'CLMATTCH', 'COVERAGE']],
    [['HRESCH'], ['HRESCH', 'CLINTRCH']],
    [['CLINTRCH'], ['CLINTRCH']],
    [
      ['PUBHLTH', 'COVERAGE'],
      ['COVERAGE', 'PUBHLTH'],
    ],
  ])('of %p closes %p and nothing else', (purposes, closed) => {
    const denied = purposeOfUse.options.filter((purpose) =>
      deniesRequest(forPurpose(purpose), deny({ purposes: [...purposes] })),
    );
    expect(denied).toEqual(purposeOfUse.options.filter((purpose) => closed.includes(purpose)));
  });

  test('of any purpose leaves the glass to break', () => {
    const denied = purposeOfUse.options.filter((one) => deniesRequest(forPurpose(one), deny()));
    expect(denied).toEqual(purposeOfUse.options.filter((one) => one !== 'BTG'));
  });

  test.each<[string, Partial<JudgedGrant>, boolean]>([
    ['that was withdrawn', { withdrawnAt: '2026-05-01T11:00:00.000Z' }, false],
    ['of a lost key', { voided: true }, false],
    ['of a key that is not lost', { voided: false }, true],
    ['at its first moment', { notBefore: request.at }, true],
    ['before it begins', { notBefore: '2026-05-01T12:00:00.001Z' }, false],
    ['at its last moment', { notAfter: request.at }, false],
    ['just before it ends', { notAfter: '2026-05-01T12:00:00.001Z' }, true],
  ])('%s', (_what, more, denied) => {
    expect(deniesRequest(request, deny(more))).toBe(denied);
  });

  test.each<[string, JudgedGrant['grantee'], boolean]>([
    ['that names it', { mspId: 'ValleyMSP' }, true],
    ['that names it with a role', { mspId: 'ValleyMSP', role: 'physician' }, true],
    ['of a practitioner', { practitioner: 'dr-1' }, true],
    ['of a role', { role: 'physician' }, false],
    ['of everybody', {}, false],
  ])('%s binds a custodian', (_what, grantee, bound) => {
    expect(deniesRequest(request, deny({ grantee }), true)).toBe(bound);
  });

  test('that names fewer criteria denies no less', () => {
    const grantees = fc.record(
      {
        mspId: fc.constantFrom('ValleyMSP', 'CityMSP'),
        role: fc.constantFrom('physician', 'billing'),
        practitioner: fc.constantFrom('dr-1', 'dr-2'),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(grantees, fc.constantFrom('mspId', 'role', 'practitioner'), (grantee, left) => {
        const { [left]: _left, ...fewer } = grantee as Record<string, string>;
        if (!deniesRequest(request, deny({ grantee }))) return;
        expect(deniesRequest(request, deny({ grantee: fewer }))).toBe(true);
      }),
    );
  });
});

describe('a deny of a record that has versions', () => {
  const versioned: GrantRequest = {
    ...request,
    record: {
      ...{ recordId: 'r2', categoryTag: 'lab', labelTags: ['normal'] },
      versions: {
        earlier: ['r0', 'r1'],
        later: [
          { recordId: 'r3', categoryTag: 'lab', labelTags: ['psy'] },
          { recordId: 'r4', categoryTag: 'imaging', labelTags: ['normal'] },
        ],
      },
    },
  };

  test.each<[string, JudgedGrant['scope'], boolean]>([
    ['it by the version that is asked for', { records: ['r2'] }, true],
    ['it by the first version', { records: ['r0'] }, true],
    ['it by the version before', { records: ['r1'] }, true],
    ['it by the version after', { records: ['r3'] }, true],
    ['it by the last version', { records: ['x', 'r4'] }, true],
    ['another record', { records: ['r5'] }, false],
    ['a label of its own', { labelTags: ['normal'] }, true],
    ['a label that it turned out to have', { labelTags: ['psy'] }, true],
    ['another label', { labelTags: ['hiv'] }, false],
    ['its own category', { categoryTags: ['lab'] }, true],
    ['the category that it turned out to have', { categoryTags: ['imaging'] }, true],
    ['another category', { categoryTags: ['x'] }, false],
  ])('names %s', (_what, scope, denied) => {
    expect(deniesRequest(versioned, deny({ scope }))).toBe(denied);
  });

  test('leaves a version that is no longer labelled so', () => {
    const { versions: _none, ...last } = versioned.record;
    const relabelled = {
      ...versioned,
      record: { ...last, versions: { earlier: ['r1'], later: [] } },
    };
    expect(deniesRequest(relabelled, deny({ scope: { labelTags: ['psy'] } }))).toBe(false);
  });
});

describe('a deny closes all that a permit could open', () => {
  const scope = { records: ['r1', 'r2'], categoryTags: ['lab'], labelTags: ['a', 'b'] };
  const { record: _record, ...asked } = request;

  test.each<[string, Partial<JudgedGrant>, boolean]>([
    ['where it names nothing', {}, true],
    ['where it names all of the records', { scope: { records: ['r2', 'r1', 'r0'] } }, true],
    ['not where it names some of the records', { scope: { records: ['r1'] } }, false],
    ['where it names all of the categories', { scope: { categoryTags: ['lab', 'x'] } }, true],
    ['not where it names others', { scope: { categoryTags: ['x'] } }, false],
    ['where it names all of the labels', { scope: { labelTags: ['a', 'b'] } }, true],
    ['not where it names some of the labels', { scope: { labelTags: ['a'] } }, false],
    ['not where it names somebody else', { grantee: { practitioner: 'dr-2' } }, false],
    ['not for another purpose', { purposes: ['HRESCH'] }, false],
    ['not once it was withdrawn', { withdrawnAt: request.at }, false],
    ['not where it is a permit', { decision: 'permit' }, false],
  ])('%s', (_what, more, expected) => {
    expect(deniesAllOf(scope, asked, deny(more))).toBe(expected);
  });

  test.each<[JudgedGrant['scope']]>([
    [{ records: ['r1'] }],
    [{ categoryTags: ['lab'] }],
    [{ labelTags: ['a'] }],
  ])('not where the permit names nothing of the kind: %j', (denied) => {
    expect(deniesAllOf({}, asked, deny({ scope: denied }))).toBe(false);
  });
});

test('the purposes that a deny closes are told', () => {
  expect(deniedPurposes(['TREAT'])).toEqual(['TREAT', 'ETREAT']);
  expect(deniedPurposes(['ETREAT'])).toEqual(['ETREAT', 'BTG']);
  expect(deniedPurposes()).toEqual(purposeOfUse.options.filter((one) => one !== 'BTG'));
  expect(deniedPurposes([])).toEqual([]);
});
