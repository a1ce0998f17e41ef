import { createHmac } from 'node:crypto';
import * as fc from 'fast-check';
import {
  accessGrant,
  obligation,
  purposeOfUse,
  sha256Hex,
  type AccessGrant,
} from '@salus/protocol';
import { expectR4 } from '@salus/testing/fhir-r4';
import { categories } from '../category.js';
import { deniedLabels } from '../label-closure.js';
import { SALUS, SYSTEM } from '../systems.js';
import { consentFromGrant } from './from-grant.js';
import { tagNames } from './tag-names.js';
import { grantsFromConsent, oneYearFrom } from './to-grants.js';

const coded = (code: string) => expect.objectContaining({ code }) as Error;
const tag = (text: string) => createHmac('sha256', 'k').update(text).digest('base64url');
const names = tagNames({
  categoryTag: (category) => tag(`category:${category}`),
  labelTag: ({ system, code }) => tag(`label:${system}|${code}`),
});
const category = (name: string) => tag(`category:${name}`);
const label = (system: string, code: string) => tag(`label:${system}|${code}`);
const pseudonym = 'p_'.repeat(22);
const now = '2026-11-21T10:00:00.000Z';
const options = { pseudonym, names, now, until: oneYearFrom(now) };
const base: AccessGrant = {
  pseudonym,
  decision: 'permit',
  grantee: { mspId: 'ValleyHospitalMSP' },
  scope: { categoryTags: [category('laboratory')] },
  notBefore: now,
  notAfter: '2027-01-01T00:00:00Z',
};

const identifier = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,20}$/);
const mspId = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9.-]{0,20}$/);
const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const some = <T>(values: readonly T[], maxLength = 5) =>
  fc.uniqueArray(fc.constantFrom(...values), { minLength: 1, maxLength });
const labels = [
  label(SYSTEM.confidentiality, 'N'),
  label(SYSTEM.confidentiality, 'R'),
  label(SYSTEM.actCode, 'HIV'),
  label(SYSTEM.actCode, 'SUD'),
];
const closed = (tags: readonly string[]): readonly string[] =>
  deniedLabels(tags.flatMap((one) => names.labelOf(one) ?? [])).flatMap(
    (one) => names.tagOfLabel(one) ?? [],
  );
const anyGrant: fc.Arbitrary<AccessGrant> = fc
  .record({
    pseudonym: fc.constant(pseudonym),
    decision: fc.constantFrom('permit', 'deny'),
    grantee: fc.oneof(
      fc.record({ patient: fc.stringMatching(/^[A-Za-z0-9_-]{43}$/) }),
      fc.record({
        mspId: optional(mspId),
        role: optional(identifier),
        practitioner: optional(identifier),
      }),
    ),
    scope: fc.record({
      categoryTags: optional(some(categories.map(category))),
      labelTags: optional(some(labels)),
      records: optional(fc.uniqueArray(identifier, { minLength: 1, maxLength: 5 })),
    }),
    purposes: optional(some(purposeOfUse.options)),
    notBefore: fc
      .date({ min: new Date('2020-01-01'), max: new Date('2025-01-01'), noInvalidDate: true })
      .map((date) => date.toISOString()),
    notAfter: fc.constantFrom('2030-01-01T00:00:00.123Z', '2031-05-06T00:00:00Z'),
    maxUses: optional(fc.integer({ min: 1, max: 100 })),
    onward: optional(fc.boolean()),
    obligations: optional(some(obligation.options)),
    text: optional(
      fc.record({
        hash: fc.stringMatching(/^[0-9a-f]{64}$/),
        language: fc.constantFrom('de-AT', 'en'),
        version: identifier,
      }),
    ),
    template: optional(identifier),
  })
  .map((grant) =>
    // What wallets sign: every label that a deny closes is named.
    grant.decision === 'deny' && grant.scope.labelTags
      ? { ...grant, scope: { ...grant.scope, labelTags: closed(grant.scope.labelTags) } }
      : grant,
  )
  .map((grant) => accessGrant.safeParse(JSON.parse(JSON.stringify(grant))).data)
  .filter((grant) => grant !== undefined);

describe('a grant as FHIR Consent', () => {
  it('is R4, and comes back equal, with no loss', () => {
    fc.assert(
      fc.property(anyGrant, fc.boolean(), (grant, isOnLedger) => {
        const onLedger = isOnLedger && {
          grantId: '6e7e5c8a-2a7b-4d0a-9f6b-0a8f3d1f3b11',
          grantedAt: now,
        };
        const { consent, losses } = consentFromGrant({ ...grant, ...onLedger }, names);
        expect(losses).toEqual([]);
        expectR4(consent);
        const back = grantsFromConsent(JSON.parse(JSON.stringify(consent)), options);
        expect(back).toEqual({ grants: [grant], losses: [] });
      }),
      { numRuns: 300 },
    );
  });

  it('tells whether it holds', () => {
    expect(consentFromGrant(base, names).consent['status']).toBe('proposed');
    expect(consentFromGrant({ ...base, grantedAt: now }, names).consent['status']).toBe('active');
    const withdrawn = { ...base, grantedAt: now, withdrawnAt: now };
    expect(consentFromGrant(withdrawn, names).consent['status']).toBe('inactive');
    expect(grantsFromConsent(consentFromGrant(withdrawn, names).consent, options)).toEqual({
      grants: [],
      losses: [{ path: 'status', reason: expect.any(String) as string }],
    });
  });

  it('tells tags that nobody here can name, and is no wider for it', () => {
    const scope = { categoryTags: [tag('x'), category('claim')], labelTags: [tag('y')] };
    const { consent, losses } = consentFromGrant({ ...base, scope }, names);
    expect(losses.map(({ path }) => path)).toEqual(['scope.categoryTags[0]', 'scope.labelTags[0]']);
    expectR4(consent);
    expect(grantsFromConsent(consent, options).grants).toEqual([{ ...base, scope }]);
  });

  it('carries the text that was shown, and refuses another one', () => {
    const shown = 'Ich erlaube …';
    const text = { hash: sha256Hex(Buffer.from(shown)), language: 'de', version: '3' };
    const { consent } = consentFromGrant({ ...base, text }, names, shown);
    expectR4(consent);
    expect(grantsFromConsent(consent, options).grants).toEqual([{ ...base, text }]);
    expect(() => consentFromGrant({ ...base, text }, names, 'other')).toThrow(
      coded('ERR_HASH_MISMATCH'),
    );
    const attachment = consent['sourceAttachment'] as Record<string, unknown>;
    for (const changed of [{ hash: 'AAAA' }, { data: 'AAAA' }, { data: 'AAAA', hash: undefined }]) {
      const forged = { ...consent, sourceAttachment: { ...attachment, ...changed } };
      expect(() => grantsFromConsent(JSON.parse(JSON.stringify(forged)), options)).toThrow(
        coded('ERR_HASH_MISMATCH'),
      );
    }
  });

  it('has what narrows it beyond R4 as modifiers, which no reader may ignore', () => {
    const grant: AccessGrant = { ...base, maxUses: 2, obligations: ['NORDSCLCD'], onward: true };
    const { consent } = consentFromGrant(grant, names);
    const [provision] = (consent['provision'] as { provision: Record<string, unknown>[] })
      .provision;
    expect(provision).toMatchObject({
      extension: [{ url: SALUS.onward, valueBoolean: true }],
      modifierExtension: [{ url: SALUS.maxUses }, { url: SALUS.obligation }],
    });
  });
});

const organisation = (value: string) => ({
  role: { coding: [{ system: SYSTEM.participationType, code: 'PRCP' }] },
  reference: { identifier: { system: SALUS.mspId, value } },
});
const classOf = (...codes: string[]) => codes.map((code) => ({ system: SALUS.category, code }));
const purposeOf = (...codes: string[]) => codes.map((code) => ({ system: SYSTEM.actReason, code }));
const period = { start: now, end: '2027-01-01' };
const consentWith = (provision: unknown, more: object = {}) => ({
  resourceType: 'Consent',
  status: 'active',
  scope: { coding: [{ system: SYSTEM.consentScope, code: 'patient-privacy' }] },
  category: [{ coding: [{ system: SYSTEM.loinc, code: '59284-0' }] }],
  patient: { identifier: { system: SALUS.pseudonym, value: pseudonym } },
  policyRule: { coding: [{ system: SYSTEM.actCode, code: 'OPTOUT' }] },
  provision,
  ...more,
});
const paths = (consent: unknown) =>
  grantsFromConsent(consent, options).losses.map(({ path }) => path);
const grants = (consent: unknown) => grantsFromConsent(consent, options).grants;
const permit = { type: 'permit', period, actor: [organisation('AMSP')], class: classOf('claim') };
const taken = {
  ...base,
  grantee: { mspId: 'AMSP' },
  scope: { categoryTags: [category('claim')] },
  notAfter: '2027-01-02T00:00:00.000Z',
};

describe('a Consent of others', () => {
  it('gives a grant for each provision and each actor', () => {
    const consent = consentWith({
      provision: [
        { ...permit, actor: [organisation('AMSP'), organisation('BMSP')] },
        { type: 'deny', actor: [organisation('CMSP')] },
      ],
    });
    expectR4(consent);
    expect(grantsFromConsent(consent, options)).toEqual({
      grants: [
        taken,
        { ...taken, grantee: { mspId: 'BMSP' } },
        {
          pseudonym,
          decision: 'deny',
          grantee: { mspId: 'CMSP' },
          scope: {},
          notBefore: now,
          notAfter: '9999-12-31T23:59:59Z',
        },
      ],
      losses: [],
    });
  });

  it('takes a root provision that has a type, and passes its criteria on to those within', () => {
    const root = { ...permit, purpose: purposeOf('TREAT', 'HRESCH') };
    const consent = consentWith({
      ...root,
      provision: [{ type: 'deny', purpose: purposeOf('HRESCH', 'PUBHLTH') }],
    });
    const { grants: both, losses } = grantsFromConsent(consent, options);
    expect(both).toEqual([
      { ...taken, purposes: ['TREAT', 'HRESCH'] },
      { ...taken, decision: 'deny', purposes: ['HRESCH'] },
    ]);
    expect(losses.map(({ path }) => path)).toEqual(['provision.provision[0]']);
  });

  it('takes a permit out of a deny where purposes or categories tell them apart', () => {
    const byPurpose = consentWith({
      provision: [
        {
          type: 'deny',
          period,
          actor: [organisation('AMSP')],
          class: classOf('claim'),
          provision: [{ type: 'permit', purpose: purposeOf('HPAYMT') }],
        },
      ],
    });
    const [deny, allowed] = grants(byPurpose);
    expect(deny).toEqual({
      ...taken,
      decision: 'deny',
      purposes: purposeOfUse.options.filter((purpose) => purpose !== 'HPAYMT'),
    });
    expect(allowed).toEqual({ ...taken, purposes: ['HPAYMT'] });
    expect(paths(byPurpose)).toEqual([]);
    const byCategory = consentWith({
      provision: [
        {
          type: 'deny',
          period,
          actor: [organisation('AMSP')],
          provision: [
            { type: 'permit', class: classOf('claim') },
            { type: 'permit', class: classOf('imaging') },
          ],
        },
      ],
    });
    const [rest, ...permits] = grants(byCategory);
    const left = categories.filter((name) => name !== 'claim' && name !== 'imaging');
    expect(rest).toMatchObject({ decision: 'deny', scope: { categoryTags: left.map(category) } });
    expect(permits).toEqual([taken, { ...taken, scope: { categoryTags: [category('imaging')] } }]);
  });

  it('takes no purpose out of a deny that a wider one takes along', () => {
    const deny = { type: 'deny', period, actor: [organisation('AMSP')], class: classOf('claim') };
    const permitted = { type: 'permit', purpose: purposeOf('CLMATTCH') };
    const consent = consentWith({ provision: [{ ...deny, provision: [permitted] }] });
    expect(grants(consent)).toEqual([{ ...taken, decision: 'deny' }]);
    expect(paths(consent)).toEqual(['provision.provision[0].provision[0]']);
    const payments = { ...permitted, purpose: purposeOf('HPAYMT', 'CLMATTCH', 'COVERAGE') };
    const [rest] = grants(consentWith({ provision: [{ ...deny, provision: [payments] }] }));
    expect(rest?.purposes).not.toContain('CLMATTCH');
  });

  it('names every label that a deny closes, and those of a permit alone', () => {
    const { actCode, confidentiality } = SYSTEM;
    const coding = (system: string, code: string) => ({ system, code });
    const labelsOf = (type: string, ...securityLabel: object[]) => {
      const consent = consentWith({ provision: [{ ...permit, type, securityLabel }] });
      const { grants: all, losses } = grantsFromConsent(consent, options);
      return { tags: all.flatMap(({ scope }) => scope.labelTags ?? []), losses };
    };
    const sud = labelsOf('deny', coding(actCode, 'SUD'));
    expect(sud.tags).toEqual(['SUD', 'ETHUD', 'OPIOIDUD'].map((code) => label(actCode, code)));
    expect(sud.losses).toEqual([]);
    const restricted = labelsOf('deny', coding(confidentiality, 'R'));
    expect(restricted.tags).toEqual(['R', 'V'].map((code) => label(confidentiality, code)));
    // R4 has "R or lower" in its text, which for a deny would close what is not confidential.
    expect(restricted.losses.map(({ path }) => path)).toEqual([
      'provision.provision[0].securityLabel',
    ]);
    expect(labelsOf('permit', coding(actCode, 'SUD')).tags).toEqual([label(actCode, 'SUD')]);
  });

  it('keeps a deny whole where an exception can’t be taken out of it', () => {
    const consent = consentWith({
      provision: [
        {
          type: 'deny',
          period,
          actor: [organisation('AMSP')],
          class: classOf('claim'),
          provision: [
            {
              type: 'permit',
              data: [
                {
                  meaning: 'instance',
                  reference: { identifier: { system: SALUS.recordId, value: 'r1' } },
                },
              ],
            },
          ],
        },
      ],
    });
    expect(grants(consent)).toEqual([{ ...taken, decision: 'deny' }]);
    expect(paths(consent)).toEqual(['provision.provision[0].provision[0]']);
  });

  it.each<[string, object]>([
    [
      'a class of another system',
      { class: [{ system: 'http://hl7.org/fhir/resource-types', code: 'Claim' }] },
    ],
    ['a category that there is none of', { class: classOf('astrology') }],
    ['a code of content', { code: [{ coding: [{ system: SYSTEM.loinc, code: '8302-2' }] }] }],
    ['a purpose beyond the ledger’s', { purpose: purposeOf('HMARKT') }],
    ['a purpose of another system', { purpose: [{ system: 'x', code: 'TREAT' }] }],
    [
      'an actor nobody knows',
      { actor: [{ ...organisation('A'), reference: { reference: 'Group/1' } }] },
    ],
    [
      'an actor who is no recipient',
      {
        actor: [
          {
            ...organisation('AMSP'),
            role: { coding: [{ system: SYSTEM.participationType, code: 'CST' }] },
          },
        ],
      },
    ],
    ['an actor that is modified', { actor: [{ ...organisation('AMSP'), modifierExtension: [] }] }],
    ['an empty list', { actor: [] }],
    ['a time of the data', { dataPeriod: { start: '2020-01-01' } }],
    ['a label that has no tag', { securityLabel: [{ system: 'x', code: 'y' }] }],
    ['records by relation', { data: [{ meaning: 'dependents', reference: { reference: 'X/1' } }] }],
  ])('takes no permit by %s, and denies more by it', (_, criterion) => {
    const [name = ''] = Object.keys(criterion);
    const permitted = consentWith({ provision: [{ ...permit, ...criterion }] });
    expect(grants(permitted)).toEqual([]);
    expect(paths(permitted)).toEqual([`provision.provision[0].${name}`]);
    const denied = consentWith({ provision: [{ ...permit, ...criterion, type: 'deny' }] });
    expect(paths(denied)).toEqual([`provision.provision[0].${name}`]);
    const without = { ...permit, [name]: undefined, type: 'deny' };
    const wider = JSON.parse(JSON.stringify(consentWith({ provision: [without] }))) as unknown;
    expect(grants(denied)).toEqual(grants(wider));
  });

  it('goes without alternatives that it does not understand in a permit', () => {
    const consent = consentWith({
      provision: [{ ...permit, purpose: purposeOf('TREAT', 'HMARKT') }],
    });
    expect(grants(consent)).toEqual([{ ...taken, purposes: ['TREAT'] }]);
    expect(paths(consent)).toEqual(['provision.provision[0].purpose[1]']);
  });

  it('takes nothing that is modified in a way it does not know', () => {
    const modifierExtension = [{ url: 'http://else.example/not', valueBoolean: true }];
    expect(grants(consentWith({ provision: [{ ...permit, modifierExtension }] }))).toEqual([]);
    expect(grants(consentWith({ provision: [permit] }, { modifierExtension }))).toEqual([]);
    expect(grants(consentWith({ provision: [permit] }, { implicitRules: 'x' }))).toEqual([]);
  });

  it.each<[string, object, string[]]>([
    [
      'a permit by default',
      { policyRule: { coding: [{ system: SYSTEM.actCode, code: 'OPTIN' }] } },
      ['policyRule'],
    ],
    ['another policy', { policy: [{ uri: 'http://else.example' }] }, ['policy']],
    ['a narrative', { text: { status: 'generated', div: '<div/>' } }, ['text']],
    ['an organisation', { organization: [{ display: 'x' }] }, ['organization']],
    [
      'a text without hash',
      { sourceAttachment: { url: 'http://else.example' } },
      ['sourceAttachment'],
    ],
    ['a source by reference', { sourceReference: { reference: 'X/1' } }, ['sourceReference']],
    ['another performer', { performer: [{ reference: 'RelatedPerson/1' }] }, ['performer']],
    ['a verification by others', { verification: [{ verified: true }] }, ['verification']],
    ['an identifier', { identifier: [{ value: 'x' }] }, ['identifier']],
    ['an extension', { extension: [{ url: 'http://else.example' }] }, ['extension[0]']],
    ['no pseudonym', { patient: { reference: 'Patient/1' } }, ['patient']],
  ])('tells of %s', (_, more, expected) => {
    const consent = consentWith({ provision: [permit] }, more);
    expect(paths(consent)).toEqual(expected);
    expect(grants(consent)).toEqual([taken]);
  });

  it('tells what a permit lacks', () => {
    const bare = consentWith({ provision: [{ type: 'permit', actor: [organisation('AMSP')] }] });
    expect(grants(bare)).toEqual([
      {
        ...taken,
        scope: { categoryTags: categories.map(category) },
        notAfter: '2027-11-21T10:00:00.000Z',
      },
    ]);
    expect(paths(bare)).toEqual(['provision.provision[0]', 'provision.provision[0].period.end']);
    // Everybody may be denied, but not permitted.
    expect(grants(consentWith({ provision: [{ ...permit, actor: undefined }] }))).toEqual([]);
  });

  it('reads obligations from security labels and asks for every label of a permit', () => {
    const securityLabel = [
      { system: SYSTEM.actCode, code: 'NORDSCLCD' },
      { system: SYSTEM.confidentiality, code: 'N' },
    ];
    const consent = consentWith({ provision: [{ ...permit, securityLabel }] });
    expect(grants(consent)).toEqual([
      {
        ...taken,
        scope: { ...taken.scope, labelTags: [label(SYSTEM.confidentiality, 'N')] },
        obligations: ['NORDSCLCD'],
      },
    ]);
    expect(paths(consent)).toEqual(['provision.provision[0].securityLabel']);
  });

  it('finds actors and records by the caller’s own tables', () => {
    const consent = consentWith({
      provision: [
        {
          ...permit,
          actor: [{ reference: { reference: 'Organization/7' } }],
          data: [{ meaning: 'instance', reference: { reference: 'DocumentReference/r' } }],
        },
      ],
    });
    const found = grantsFromConsent(consent, {
      ...options,
      findGrantee: ({ reference }) =>
        reference === 'Organization/7' ? { mspId: 'AMSP' } : undefined,
      findRecord: ({ reference }) => reference?.replace('DocumentReference/', ''),
    });
    expect(found).toEqual({
      grants: [{ ...taken, scope: { ...taken.scope, records: ['r'] } }],
      losses: [],
    });
  });

  it.each<[string, object, object]>([
    [
      'ends in the last year of another zone',
      { start: now, end: '9999-12-31T23:59:59-05:00' },
      { notBefore: now, notAfter: '9999-12-31T23:59:59Z' },
    ],
    [
      'ends before it begins',
      { start: '2026-05-01', end: '2026-04-01' },
      { notBefore: now, notAfter: '9999-12-31T23:59:59Z' },
    ],
    [
      'ends with the last day there is',
      { start: now, end: '9999-12-31' },
      { notBefore: now, notAfter: '9999-12-31T23:59:59Z' },
    ],
  ])('is a deny all the same where its period %s', (_, of, times) => {
    expect(grants(consentWith({ provision: [{ type: 'deny', period: of }] }))).toEqual([
      expect.objectContaining({ decision: 'deny', ...times }),
    ]);
    const inverted = 'start' in of && String(of.start).startsWith('2026-05');
    const permits = grants(consentWith({ provision: [{ ...permit, period: of }] }));
    expect(permits).toHaveLength(inverted ? 0 : 1);
  });

  it('denies research alone where it is about research', () => {
    const research = { scope: { coding: [{ system: SYSTEM.consentScope, code: 'research' }] } };
    const use = [{ coding: [{ system: 'urn:oid:2.999.3', code: 'use-for-research' }] }];
    const denied = consentWith(
      { type: 'deny', provision: [{ type: 'permit', code: use }] },
      research,
    );
    expect(grants(denied)).toEqual([
      expect.objectContaining({ decision: 'deny', purposes: ['HRESCH'], scope: {} }),
    ]);
    expect(paths(denied)).toContain('scope');
    expect(grants(consentWith({ provision: [permit] }, research))).toEqual([
      expect.objectContaining({ decision: 'permit', purposes: ['HRESCH'] }),
    ]);
    const purpose = purposeOf('TREAT');
    expect(grants(consentWith({ provision: [{ type: 'deny', purpose }] }, research))).toEqual([
      expect.objectContaining({ purposes: ['TREAT'] }),
    ]);
  });

  it('names labels under any name of their system', () => {
    const securityLabel = [
      { system: 'http://hl7.org/fhir/v3/Confidentiality', code: 'R' },
      { system: 'urn:oid:2.16.840.1.113883.5.4', code: 'HIV' },
    ];
    expect(grants(consentWith({ provision: [{ type: 'deny', securityLabel }] }))).toEqual([
      expect.objectContaining({
        // A deny of R closes what is higher, too.
        scope: {
          labelTags: [
            label(SYSTEM.confidentiality, 'R'),
            label(SYSTEM.actCode, 'HIV'),
            label(SYSTEM.confidentiality, 'V'),
          ],
        },
      }),
    ]);
  });

  it.each([
    ['R5', { resourceType: 'Consent', status: 'active', decision: 'deny', subject: {} }],
    ['STU3', { resourceType: 'Consent', status: 'active', except: [{ type: 'deny' }] }],
  ])('of %s is refused by that name', (version, value) => {
    expect(() => grants(value)).toThrow(`The Consent is of FHIR ${version}`);
  });

  it('is refused where it is another patient’s or no Consent', () => {
    const other = { identifier: { system: SALUS.pseudonym, value: 'q'.repeat(43) } };
    expect(() => grants(consentWith({}, { patient: other }))).toThrow(coded('ERR_CONFLICT'));
    for (const value of [null, 1, [], {}, { resourceType: 'Patient' }, consentWith('x')]) {
      expect(() => grants(value)).toThrow(coded('ERR_FHIR_INVALID'));
    }
    let deep: object = permit;
    for (let depth = 0; depth < 100_000; depth += 1) deep = { type: 'deny', provision: [deep] };
    expect(() => grants(consentWith(deep))).toThrow(coded('ERR_TOO_LARGE'));
    const many = Array.from({ length: 1000 }, () => permit);
    expect(() => grants(consentWith({ provision: many }))).toThrow(coded('ERR_TOO_LARGE'));
  });

  it('never gives a permit more than is in the provision, whatever else that holds', () => {
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.constantFrom('purpose', 'class', 'code', 'data', 'actor', 'securityLabel', 'action'),
          fc.array(fc.oneof(fc.jsonValue(), fc.constant({ coding: [{ system: 'x' }] }))),
        ),
        (criteria) => {
          let result: readonly AccessGrant[] = [];
          try {
            result = grants(consentWith({ provision: [{ ...permit, ...criteria }] }));
          } catch (error) {
            expect(error).toEqual(coded('ERR_FHIR_INVALID'));
          }
          for (const grant of result) {
            expect(grant.grantee).toEqual(taken.grantee);
            expect(grant.scope.categoryTags).toEqual(taken.scope.categoryTags);
          }
        },
      ),
    );
  });
});
