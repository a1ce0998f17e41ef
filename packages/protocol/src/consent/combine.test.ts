import fc from 'fast-check';
import { purposeOfUse } from './access-grant.js';
import {
  CUSTODIAN_PURPOSES,
  decideConsent,
  type AccessQuestion,
  type ConsentState,
  type NamedGrant,
  type Ruling,
} from './combine.js';
import { GRANT_DEFECTS } from './grant.js';
import type { JudgedShare } from './share.js';

const record = {
  pseudonym: 'p1',
  recordId: 'r1',
  categoryTag: 'lab',
  labelTags: ['normal'],
  custodian: 'CityMSP',
};
const question: AccessQuestion = {
  record,
  requester: { mspId: 'ValleyMSP', role: 'physician', practitioner: 'dr-1' },
  purpose: 'TREAT',
  at: '2026-05-01T12:00:00.000Z',
};
const custodian: AccessQuestion = {
  ...question,
  requester: { mspId: 'CityMSP', role: 'physician', practitioner: 'dr-9' },
};
const subject: AccessQuestion = { ...question, requester: { mspId: 'CityMSP', patient: 'p1' } };
const byDelegate: AccessQuestion = {
  ...question,
  requester: { mspId: 'CityMSP', patient: 'p1', delegate: 'delegation-1' },
};
const otherPatient: AccessQuestion = { ...subject, requester: { mspId: 'CityMSP', patient: 'p2' } };

const permit = (more: Partial<NamedGrant> = {}): NamedGrant => ({
  grantId: 'g1',
  decision: 'permit',
  grantee: { mspId: 'ValleyMSP' },
  scope: { categoryTags: ['lab'] },
  purposes: ['TREAT'],
  notBefore: '2026-05-01T00:00:00Z',
  notAfter: '2026-05-02T00:00:00Z',
  ...more,
});
const { purposes: _any, ...anyPurpose } = permit();
const deny = (more: Partial<NamedGrant> = {}): NamedGrant => ({
  ...anyPurpose,
  grantId: 'd1',
  decision: 'deny',
  grantee: {},
  scope: {},
  ...more,
});
const share = (more: Partial<JudgedShare> = {}): JudgedShare => ({
  shareId: 's1',
  grantId: 'g2',
  grantee: { mspId: 'ValleyMSP' },
  sharedBy: { mspId: 'CityMSP', role: 'physician' },
  sharedAt: '2026-05-01T00:00:00.000Z',
  notAfter: '2026-05-02T00:00:00.000Z',
  ...more,
});
const sharedBy = (mspId: string): NamedGrant =>
  permit({ grantId: 'g2', grantee: { mspId }, onward: true, obligations: ['NOREUSE', 'MASK'] });
const state = (...grants: readonly NamedGrant[]): ConsentState => ({ grants, shares: [] });
const denied = (reason: string, grantId?: string) => ({
  kind: 'DENIED',
  reason,
  ...(grantId !== undefined && { grantId }),
});
const granted = (...grantIds: readonly string[]) => ({
  kind: 'GRANTED',
  uses: grantIds.map((grantId) => ({ grantId, obligations: [] })),
});
const WITHDRAWN = { withdrawnAt: '2026-05-01T11:00:00.000Z' };

describe('the combining rule', () => {
  test.each<[string, AccessQuestion, ConsentState, object]>([
    // 1. Unknown or erased
    [
      'an unknown record',
      { ...question, record: undefined },
      state(permit()),
      denied('UNKNOWN_RECORD'),
    ],
    [
      'an erased record',
      { ...question, record: { ...record, erasedAt: 'x' } },
      state(permit()),
      denied('ERASED'),
    ],
    [
      'an erased record, for its patient',
      { ...subject, record: { ...record, erasedAt: 'x' } },
      state(),
      denied('ERASED'),
    ],
    // 2. The patient
    ['the patient', subject, state(), { kind: 'SUBJECT' }],
    ['the patient who denied everybody', subject, state(deny()), { kind: 'SUBJECT' }],
    [
      'the patient with too many grants',
      subject,
      { ...state(), truncated: true },
      { kind: 'SUBJECT' },
    ],
    ['a delegate of the patient', byDelegate, state(), { kind: 'SUBJECT' }],
    [
      'a delegate, where everybody is denied',
      byDelegate,
      state(deny()),
      denied('DENIED_BY_PATIENT', 'd1'),
    ],
    [
      'a delegate, where those who act for the patient are denied',
      byDelegate,
      state(deny({ grantee: { patient: 'p1' } })),
      denied('DENIED_BY_PATIENT', 'd1'),
    ],
    [
      'a delegate, where the relaying organisation is denied',
      byDelegate,
      state(deny({ grantee: { mspId: 'CityMSP' } })),
      { kind: 'SUBJECT' },
    ],
    [
      'a delegate with too many grants',
      byDelegate,
      { ...state(), truncated: true },
      denied('TOO_MANY_GRANTS'),
    ],
    ['another patient', otherPatient, state(), denied('NO_GRANT')],
    // 3. More than is read
    [
      'too many grants',
      question,
      { ...state(permit()), truncated: true },
      denied('TOO_MANY_GRANTS'),
    ],
    [
      'too many grants, for the custodian',
      custodian,
      { ...state(), truncated: true },
      denied('TOO_MANY_GRANTS'),
    ],
    ['grants that are all read', question, { ...state(permit()), truncated: false }, granted('g1')],
    // 4. Denies
    ['a deny alone', question, state(deny()), denied('DENIED_BY_PATIENT', 'd1')],
    [
      'a deny beside a permit',
      question,
      state(permit(), deny()),
      denied('DENIED_BY_PATIENT', 'd1'),
    ],
    [
      'a deny before a permit',
      question,
      state(deny(), permit()),
      denied('DENIED_BY_PATIENT', 'd1'),
    ],
    [
      'two denies',
      question,
      state(deny({ grantId: 'd2' }), deny()),
      denied('DENIED_BY_PATIENT', 'd1'),
    ],
    [
      'a deny of another organisation',
      question,
      state(permit(), deny({ grantee: { mspId: 'X' } })),
      granted('g1'),
    ],
    ['a withdrawn deny', question, state(permit(), deny(WITHDRAWN)), granted('g1')],
    ['a deny by a lost key', question, state(permit(), deny({ voided: true })), granted('g1')],
    [
      'a deny of another purpose',
      question,
      state(permit(), deny({ purposes: ['HRESCH'] })),
      granted('g1'),
    ],
    [
      'a deny of the label',
      question,
      state(permit(), deny({ scope: { labelTags: ['normal'] } })),
      denied('DENIED_BY_PATIENT', 'd1'),
    ],
    ['a deny of everybody, for the custodian', custodian, state(deny()), { kind: 'CUSTODIAN' }],
    [
      'a deny of the custodian',
      custodian,
      state(deny({ grantee: { mspId: 'CityMSP' } })),
      denied('DENIED_BY_PATIENT', 'd1'),
    ],
    [
      "a deny of the custodian's physician",
      custodian,
      state(deny({ grantee: { practitioner: 'dr-9' } })),
      denied('DENIED_BY_PATIENT', 'd1'),
    ],
    [
      'a deny of everybody, for the custodian in research',
      { ...custodian, purpose: 'HRESCH' },
      state(deny()),
      denied('DENIED_BY_PATIENT', 'd1'),
    ],
    // 5. The custodian
    ['the custodian', custodian, state(), { kind: 'CUSTODIAN' }],
    ['the custodian in research', { ...custodian, purpose: 'HRESCH' }, state(), denied('NO_GRANT')],
    [
      'a patient through the custodian',
      otherPatient,
      state(permit({ grantee: { mspId: 'CityMSP' } })),
      denied('NO_GRANT'),
    ],
    // 6. Permits
    ['a permit', question, state(permit()), granted('g1')],
    ['a permit of any purpose', question, state({ ...anyPurpose }), granted('g1')],
    [
      'a permit to a patient',
      otherPatient,
      state(permit({ grantee: { patient: 'p2' } })),
      granted('g1'),
    ],
    [
      'a permit to a patient, for staff',
      question,
      state(permit({ grantee: { patient: 'p2' } })),
      denied('NO_GRANT'),
    ],
    [
      'a permit among others',
      question,
      state(permit(WITHDRAWN), permit({ grantId: 'g3' })),
      granted('g3'),
    ],
    [
      'a permit to the custodian in research',
      { ...custodian, purpose: 'HRESCH' },
      state(permit({ grantee: { mspId: 'CityMSP' }, purposes: ['HRESCH'] })),
      granted('g1'),
    ],
    // 7. None
    ['no grant', question, state(), denied('NO_GRANT')],
    [
      "another organisation's role of the same name",
      { ...question, requester: { mspId: 'PharmaMSP', role: 'physician' } },
      state(permit({ grantee: { mspId: 'ValleyMSP', role: 'physician' } })),
      denied('NO_GRANT'),
    ],
    ['a withdrawn permit', question, state(permit(WITHDRAWN)), denied('WITHDRAWN')],
    ['a permit by a lost key', question, state(permit({ voided: true })), denied('KEY_LOST')],
    [
      'several defects',
      question,
      state(permit({ notAfter: '2026-05-01T01:00:00Z' }), permit(WITHDRAWN)),
      denied('EXPIRED'),
    ],
  ])('%s', (_what, asked, consent, expected) => {
    expect(decideConsent(asked, consent)).toEqual(expected);
  });

  test('the custodian needs no consent for what a hospital has to do', () => {
    const free = purposeOfUse.options.filter(
      (purpose) => decideConsent({ ...custodian, purpose }, state()).kind === 'CUSTODIAN',
    );
    expect(free).toEqual(['TREAT', 'ETREAT', 'CAREMGT', 'HPAYMT', 'HOPERAT']);
    expect(free).toEqual(CUSTODIAN_PURPOSES);
  });

  test('names the first by ID of several denies', () => {
    const denies = ['d3', 'd1', 'd4', 'd2'].map((grantId) => deny({ grantId }));
    for (const order of [denies, [...denies].reverse()]) {
      expect(decideConsent(question, state(...order))).toEqual(denied('DENIED_BY_PATIENT', 'd1'));
    }
  });

  test('permits without limit are used first, of these those with fewer obligations, then by ID', () => {
    const grants = [
      permit({ grantId: 'e', maxUses: 1 }),
      permit({ grantId: 'd', maxUses: 2, obligations: ['MASK'] }),
      permit({ grantId: 'c', obligations: ['REDACT', 'MASK'] }),
      permit({ grantId: 'a', obligations: ['NOREUSE', 'DEID', 'MASK'] }),
      permit({ grantId: 'g' }),
      permit({ grantId: 'f' }),
    ];
    for (const order of [grants, [...grants].reverse()]) {
      expect(decideConsent(question, state(...order))).toEqual({
        kind: 'GRANTED',
        uses: [
          { grantId: 'f', obligations: [] },
          { grantId: 'g', obligations: [] },
          { grantId: 'c', obligations: ['MASK', 'REDACT'] },
          { grantId: 'a', obligations: ['DEID', 'MASK', 'NOREUSE'] },
          { grantId: 'e', maxUses: 1, obligations: [] },
          { grantId: 'd', maxUses: 2, obligations: ['MASK'] },
        ],
      });
    }
  });

  describe('of onward shares', () => {
    const shared = (shares: readonly JudgedShare[], ...grants: readonly NamedGrant[]) =>
      decideConsent(question, { grants, shares });

    test('one is used with the obligations of its grant', () => {
      expect(shared([share()], sharedBy('CityMSP'))).toEqual({
        kind: 'GRANTED',
        uses: [{ grantId: 'g2', shareId: 's1', obligations: ['MASK', 'NOREUSE'] }],
      });
    });

    test('the grant itself goes before its shares, and these by ID', () => {
      const grant = sharedBy('ValleyMSP');
      const sharer = { mspId: 'ValleyMSP', role: 'physician' };
      const shares = ['s2', 's1'].map((shareId) => share({ shareId, sharedBy: sharer }));
      const ruling = shared(shares, grant);
      expect(ruling.kind === 'GRANTED' && ruling.uses.map(({ shareId }) => shareId)).toEqual([
        ...[undefined, 's1', 's2'],
      ]);
    });

    test('one whose grant is gone permits nothing', () => {
      expect(shared([share()])).toEqual(denied('NO_GRANT'));
    });

    test('one falls with a deny of who shared it, and with one of who got it', () => {
      const of = (mspId: string) => deny({ grantee: { mspId } });
      expect(shared([share()], sharedBy('CityMSP'), of('CityMSP'))).toEqual(
        denied('SHARER_DENIED'),
      );
      expect(shared([share()], sharedBy('CityMSP'), of('ValleyMSP'))).toEqual(
        denied('DENIED_BY_PATIENT', 'd1'),
      );
    });
  });

  describe('in general', () => {
    const tags = fc.subarray(['lab', 'imaging'], { minLength: 1 });
    const grants = fc.array(
      fc
        .record({
          decision: fc.constantFrom('permit' as const, 'deny' as const),
          mspId: fc.constantFrom(undefined, 'ValleyMSP', 'CityMSP', 'PharmaMSP'),
          role: fc.constantFrom(undefined, 'physician', 'billing'),
          categoryTags: fc.option(tags, { nil: undefined }),
          labelTags: fc.option(fc.subarray(['normal', 'x'], { minLength: 1 }), { nil: undefined }),
          purposes: fc.option(fc.subarray([...purposeOfUse.options], { minLength: 1 }), {
            nil: undefined,
          }),
          ended: fc.boolean(),
          voided: fc.boolean(),
          onward: fc.boolean(),
          maxUses: fc.constantFrom(undefined, 1),
        })
        .map(
          ({
            mspId,
            role,
            categoryTags,
            labelTags,
            ended,
            ...terms
          }): Omit<NamedGrant, 'grantId'> => ({
            ...terms,
            grantee: {
              mspId: mspId ?? (terms.decision === 'permit' ? 'ValleyMSP' : undefined),
              role,
            },
            scope: { categoryTags, labelTags },
            notBefore: '2026-05-01T00:00:00Z',
            notAfter: ended ? '2026-05-01T10:00:00Z' : '2026-05-02T00:00:00Z',
          }),
        ),
      { maxLength: 6 },
    );
    const questions = fc
      .record({
        mspId: fc.constantFrom('ValleyMSP', 'CityMSP', 'PharmaMSP'),
        role: fc.constantFrom('physician', 'billing'),
        patient: fc.constantFrom(undefined, 'p1', 'p2'),
        purpose: fc.constantFrom(...purposeOfUse.options),
      })
      .map(({ mspId, role, patient, purpose }): AccessQuestion => ({
        ...question,
        requester: { mspId, role, ...(patient !== undefined && { patient }) },
        purpose,
      }));
    const numbered = (some: readonly Omit<NamedGrant, 'grantId'>[], prefix: string): NamedGrant[] =>
      some.map((grant, at) => ({ ...grant, grantId: `${prefix}${at}` }));
    const consentOf = (all: readonly NamedGrant[]): ConsentState => ({
      grants: all,
      shares: all.map(({ grantId }) => share({ shareId: `s-${grantId}`, grantId })),
    });
    const permits = ({ kind }: Ruling) => kind !== 'DENIED';

    const both = fc.tuple(questions, grants, grants);

    test('more denies never permit more', () => {
      fc.assert(
        fc.property(both, ([asked, some, more]) => {
          const before = consentOf(numbered(some, 'a'));
          const denies = numbered(more, 'b').map((grant) => ({
            ...grant,
            decision: 'deny' as const,
          }));
          const after = { ...before, grants: [...before.grants, ...denies] };
          if (permits(decideConsent(asked, after))) {
            expect(permits(decideConsent(asked, before))).toBe(true);
          }
        }),
      );
    });

    test('more permits never permit less', () => {
      fc.assert(
        fc.property(both, ([asked, some, more]) => {
          const before = consentOf(numbered(some, 'a'));
          const added = numbered(more, 'b').map((grant) => ({
            ...grant,
            decision: 'permit' as const,
          }));
          const after = { ...before, grants: [...before.grants, ...added] };
          if (permits(decideConsent(asked, before))) {
            expect(permits(decideConsent(asked, after))).toBe(true);
          }
        }),
      );
    });

    test('a withdrawal of a permit never permits more, one of a deny never less', () => {
      fc.assert(
        fc.property(questions, grants, fc.nat(), (asked, some, place) => {
          const before = consentOf(numbered(some, 'a'));
          const ended = before.grants[place % Math.max(1, before.grants.length)];
          if (ended === undefined) return;
          const after = {
            ...before,
            grants: before.grants.map((grant) =>
              grant === ended ? { ...grant, ...WITHDRAWN } : grant,
            ),
          };
          const [was, is] = [before, after].map((each) => permits(decideConsent(asked, each)));
          expect(ended.decision === 'permit' ? is && !was : was && !is).toBe(false);
        }),
      );
    });

    test('the order in which the ledger has them changes nothing', () => {
      fc.assert(
        fc.property(questions, grants, (asked, some) => {
          const { grants: all, shares } = consentOf(numbered(some, 'a'));
          const turned = { grants: [...all].reverse(), shares: [...shares].reverse() };
          expect(decideConsent(asked, turned)).toEqual(
            decideConsent(asked, { grants: all, shares }),
          );
        }),
      );
    });

    test('the patient is never kept from their own record', () => {
      fc.assert(
        fc.property(grants, (some) => {
          const consent = consentOf(numbered(some, 'a'));
          expect(decideConsent(subject, consent)).toEqual({ kind: 'SUBJECT' });
        }),
      );
    });

    test('the permit that came closest gives the reason', () => {
      const failing: Readonly<Record<string, Partial<NamedGrant>>> = {
        NO_GRANT: { grantee: { mspId: 'X' } },
        CATEGORY_NOT_COVERED: { scope: { categoryTags: ['x'] } },
        PURPOSE_NOT_COVERED: { purposes: ['HRESCH'] },
        WITHDRAWN,
        KEY_LOST: { voided: true },
        NOT_YET_VALID: { notBefore: '2026-05-01T13:00:00Z' },
      };
      const reasons = fc.uniqueArray(fc.constantFrom(...Object.keys(failing)), { minLength: 1 });
      fc.assert(
        fc.property(reasons, (some) => {
          const closest = GRANT_DEFECTS.filter((reason) => some.includes(reason)).at(-1);
          const consent = state(...some.map((reason) => permit(failing[reason])));
          expect(decideConsent(question, consent)).toEqual(denied(closest ?? ''));
        }),
      );
    });
  });
});
