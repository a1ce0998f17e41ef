import { randomBytes } from 'node:crypto';
import * as fc from 'fast-check';
import { expectR4, v3Codes } from '@salus/testing/fhir-r4';
import { readFhirText } from '../read.js';
import { SYSTEM } from '../systems.js';
import { deidentifyCohort } from './cohort.js';
import { ageAt, shiftTime } from './dates.js';
import { deidentify } from './deidentify.js';
import { IdentifyingText } from './identifying-text.js';
import { Keyed } from './keyed.js';
import { profileFor, profileNames, type ProfileName } from './profiles.js';
import { suppressRare } from './rare-values.js';
import { deidentifyRecord } from './record.js';

const coded = (code: string) => expect.objectContaining({ code }) as Error;
const key = Buffer.alloc(32, 1);
const asOf = '2026-11-21T00:00:00Z';
const options = (profile: ProfileName) => ({ profile, key, patient: 'p', asOf });
const only = (profile: ProfileName, resource: object) =>
  deidentify([{ resource: resource as never }], options(profile)).resources[0]!.resource;
const bundle = (...resources: object[]) =>
  JSON.stringify({
    resourceType: 'Bundle',
    type: 'collection',
    entry: resources.map((resource) => ({ resource })),
  });

/** The least obligation that leads to each profile, and labels that ask for none. */
const LEADING_TO = { limited: 'PSEUD', standard: 'DEID', strict: 'ANONY' } as const;
const LOW = { security: [{ system: SYSTEM.confidentiality, code: 'L' }] };

const anyTime = fc
  .date({ min: new Date('1902-01-01'), max: new Date('2100-01-01'), noInvalidDate: true })
  .map((date) => date.toISOString());

describe('shifted times', () => {
  it('keep what lies between them to the millisecond', () => {
    fc.assert(
      fc.property(anyTime, anyTime, fc.integer({ min: -365, max: 365 }), (one, other, days) => {
        const [a, b] = [shiftTime(one, days)!, shiftTime(other, days)!];
        expect(Date.parse(a) - Date.parse(b)).toBe(Date.parse(one) - Date.parse(other));
        const [day, otherDay] = [
          shiftTime(one.slice(0, 10), days)!,
          shiftTime(other.slice(0, 10), days)!,
        ];
        expect(Date.parse(day) - Date.parse(otherDay)).toBe(
          Date.parse(one.slice(0, 10)) - Date.parse(other.slice(0, 10)),
        );
        expect(day).toBe(a.slice(0, 10));
      }),
    );
  });

  it('keep zone and precision', () => {
    expect(shiftTime('2026-03-28T23:30:00.120+01:00', 1)).toBe('2026-03-29T23:30:00.120+01:00');
    expect(shiftTime('2024-02-28', 1)).toBe('2024-02-29');
    expect(shiftTime('2026-01', 365)).toBe('2027-01');
    expect(shiftTime('2026', 365)).toBe('2027');
    for (const value of ['soon', '', '2026-13-01', 5, null, '2026-01-01T10:00Z', '0001-01-01']) {
      expect(shiftTime(value, -200)).toBeUndefined();
    }
  });

  it('shift by one to 365 days, each patient’s alike under a key, else apart', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.uint8Array({ minLength: 32, maxLength: 32 }),
        (patient, bytes) => {
          const days = new Keyed(bytes).shiftDays(patient);
          expect(Math.abs(days)).toBeGreaterThanOrEqual(1);
          expect(Math.abs(days)).toBeLessThanOrEqual(365);
          expect(new Keyed(bytes).shiftDays(patient)).toBe(days);
        },
      ),
    );
    const keyed = new Keyed(key);
    const all = new Set(Array.from({ length: 1000 }, (_, index) => keyed.shiftDays(`p${index}`)));
    expect(all.size).toBeGreaterThan(400);
    expect(() => new Keyed(Buffer.alloc(16))).toThrow(coded('ERR_INVALID_ARGUMENT'));
  });

  it('of a resource keep their distances', () => {
    fc.assert(
      fc.property(anyTime, anyTime, (start, end) => {
        const before = { start, end };
        const encounter = only('limited', {
          resourceType: 'Encounter',
          status: 'finished',
          class: { system: SYSTEM.actCode, code: 'AMB' },
          period: before,
        });
        const after = encounter['period'] as typeof before;
        expect(Date.parse(after.end) - Date.parse(after.start)).toBe(
          Date.parse(end) - Date.parse(start),
        );
      }),
    );
  });
});

describe('ages', () => {
  it('are whole years', () => {
    expect(ageAt('2000-02-29', '2001-02-28')).toBe(0);
    expect(ageAt('2000-02-29', '2001-03-01')).toBe(1);
  });

  it.each(profileNames)('of 90 and over are one group in %s', (profile) => {
    const patient = (birthDate: string, more: object = {}) =>
      only(profile, { resourceType: 'Patient', birthDate, ...more })['birthDate'] as string;
    const [old, older] = [patient('1936-11-20'), patient('1921-01-01')];
    expect(old).toMatch(/^\d{4}$/);
    expect(older).toBe(old);
    expect(patient('1940-11-23')).not.toBe(old);
    const died = { deceasedDateTime: '1999-01-01' };
    expect(patient('1921-01-01', died)).not.toBe(old);
    const age = { system: 'http://unitsofmeasure.org', code: 'a', unit: 'a' };
    const onset = (value: number) =>
      only(profile, { resourceType: 'Condition', subject: {}, onsetAge: { value, ...age } })[
        'onsetAge'
      ];
    expect(onset(97)).toEqual({ value: 90, comparator: '>=', ...age });
    expect(onset(89)).toEqual({ value: 89, ...age });
  });
});

describe('pseudonyms', () => {
  it('are the same wherever the same one is meant, and of the key', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z0-9.-]{1,64}$/), (id) => {
        const reference = (target: string) =>
          only('strict', { resourceType: 'CareTeam', subject: { reference: target } })['subject'];
        const { id: pseudonym } = only('strict', { resourceType: 'Patient', id });
        expect(reference(`Patient/${id}`)).toEqual({ reference: `Patient/${pseudonym}` });
        expect(reference(`https://else.example/fhir/Patient/${id}/_history/2`)).toEqual({
          reference: `Patient/${pseudonym}`,
        });
        expect(reference(`urn:uuid:${id}`)).toEqual({ reference: `urn:uuid:${pseudonym}` });
        expect(new Keyed(randomBytes(32)).pseudonym('id', id)).not.toBe(pseudonym);
        expect(pseudonym).toMatch(
          /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
        );
      }),
    );
  });

  it('of an identifier are those of a reference by identifier', () => {
    const identifier = { system: 'http://hl7.org/fhir/sid/us-npi', value: '9999992396' };
    const practitioner = only('standard', {
      resourceType: 'Practitioner',
      identifier: [identifier],
    });
    const [own] = practitioner['identifier'] as object[];
    const role = (practitioner: object) =>
      only('standard', { resourceType: 'PractitionerRole', practitioner })['practitioner'];
    expect(role({ identifier, display: 'Dr. Who' })).toEqual({ identifier: own });
    expect(role({ reference: `Practitioner?identifier=${identifier.system}|9999992396` })).toEqual({
      identifier: own,
    });
    expect(role({ reference: 'nonsense', display: 'x' })).toBeUndefined();
    const coverage = { resourceType: 'Coverage', status: 'active', payor: [{ display: 'x' }] };
    expect(only('standard', coverage)['payor']).toEqual([
      { extension: [{ url: SYSTEM.dataAbsentReason, valueCode: 'masked' }] },
    ]);
  });
});

describe('an element that no allow-list names', () => {
  const canary = 'Zebulon Quack';
  const code = {
    coding: [{ system: SYSTEM.loinc, code: '8302-2', display: canary }],
    text: canary,
  };
  const resources = [
    {
      resourceType: 'Patient',
      id: 'p',
      name: [{ family: 'Quack', given: ['Zebulon'] }],
      nickname: canary,
    },
    {
      resourceType: 'Observation',
      status: 'final',
      code,
      valueString: canary,
      note: [{ text: canary }],
      text: { status: 'generated', div: `<div>${canary}</div>` },
      extension: [{ url: 'http://else.example', valueString: canary }],
      _status: { extension: [{ url: 'http://else.example', valueString: canary }] },
      category: [{ coding: [{ system: 'http://local.example', code: canary }] }],
      valueQuantity: { value: 1, unit: canary, system: 'http://else.example', code: canary },
      interpretation: [{ coding: [{ system: SYSTEM.snomed, code: canary }], text: canary }],
      component: [{ code, valueString: canary, _valueString: { id: canary } }],
      subject: { reference: 'Patient/p', display: canary, type: canary, id: canary },
      effectiveDateTime: '2026-01-01',
    },
    { resourceType: 'Basic', id: 'b', code: { text: canary } },
    { resourceType: 'Communication', payload: [{ contentString: canary }] },
    { resourceType: 'Binary', contentType: 'application/pdf', data: 'QUJD' },
    {
      resourceType: 'DiagnosticReport',
      status: 'quack',
      code,
      result: [{ reference: 'Basic/b' }],
      presentedForm: [{ contentType: 'text/plain', data: 'QUJD', title: canary, url: canary }],
      contained: [{ resourceType: 'Observation', id: 'x', valueString: canary }],
    },
  ];

  it.each(profileNames)('is dropped in %s', (profile) => {
    const result = deidentify(
      resources.map((resource) => ({ resource })),
      options(profile),
    );
    expect(result.takenOut).toEqual({ Basic: 1, Communication: 1, Binary: 1 });
    const text = JSON.stringify(result.resources);
    expect(text).not.toMatch(/quack|zebulon|QUJD|else\.example|local\.example|Basic/i);
    expect(text).toContain('8302-2');
    for (const { resource } of result.resources) expectR4(resource);
  });

  it.each(['constructor', 'toString', '__proto__'])(
    'is counted under its type, even if that is %s',
    (resourceType) => {
      const unknown = [{ resource: { resourceType } }, { resource: { resourceType } }];
      const one = deidentify(unknown, options('limited'));
      expect(Object.entries(one.takenOut)).toEqual([[resourceType, 2]]);
      const imported = unknown.map(({ resource }, index) => ({
        resource,
        text: JSON.stringify(resource),
        name: `${index}`,
        origin: 'x',
      }));
      const cohort = deidentifyCohort(imported, { profile: 'limited', key, asOf });
      expect(Object.entries(cohort.takenOut)).toEqual([[resourceType, 2]]);
    },
  );

  it('keeps the names that terminologies give to codes in the limited profile only', () => {
    const display = 'Body height';
    const concept = { coding: [{ system: SYSTEM.loinc, code: '8302-2', display }] };
    const identifying = new IdentifyingText([]);
    const codeIn = (profile: ProfileName, more: object) =>
      deidentify([{ resource: { resourceType: 'Observation', status: 'final', code: concept } }], {
        ...options(profile),
        ...more,
      }).resources[0]!.resource['code'];
    const bare = { coding: [{ system: SYSTEM.loinc, code: '8302-2' }] };
    expect(codeIn('limited', { identifying })).toEqual(concept);
    expect(codeIn('standard', { identifying })).toEqual(bare);
    // Nobody says what would name the patient.
    expect(codeIn('limited', {})).toEqual(bare);
  });

  it('drops names of codes that hold what the custodian knows of the patient', () => {
    const patient = {
      resourceType: 'Patient',
      identifier: [{ system: 'urn:mrn', value: 'MRN 4711' }],
      name: [{ family: 'Li', given: ['Jane', '明'] }],
    };
    const identifying = new IdentifyingText([patient]);
    for (const display of [
      'Glucose of Li',
      'Jane, glucose',
      'MRN 4711',
      'x (mrn-4711)',
      '明 glucose',
    ]) {
      const code = { coding: [{ system: SYSTEM.loinc, code: '2339-0', display }] };
      const observation = { resourceType: 'Observation', status: 'final', code };
      const { resources } = deidentify([{ resource: observation }], {
        ...options('limited'),
        identifying,
      });
      expect(resources[0]!.resource['code']).toEqual({
        coding: [{ system: SYSTEM.loinc, code: '2339-0' }],
      });
    }
  });

  it('gives times to the day in standard, and to the year in strict', () => {
    const at = (profile: ProfileName) => {
      const { effectiveDateTime, issued } = only(profile, {
        resourceType: 'Observation',
        status: 'final',
        code: {},
        effectiveDateTime: '2026-05-06T07:08:09.123Z',
        issued: '2026-05-06T07:08:09.123Z',
      }) as { effectiveDateTime?: string; issued?: string };
      return [effectiveDateTime, issued];
    };
    expect(at('limited')).toEqual([
      expect.stringMatching(/T07:08:09\.123Z$/),
      expect.stringMatching(/T07:08:09\.123Z$/),
    ]);
    expect(at('standard')).toEqual([expect.stringMatching(/^\d{4}-\d\d-\d\d$/), undefined]);
    expect(at('strict')).toEqual([expect.stringMatching(/^\d{4}$/), undefined]);
  });

  it.each(profileNames)(
    'keeps the digits of numbers in %s, for a record and for a cohort',
    (profile) => {
      const numbers = [
        '1.00',
        '0.700',
        '1.2E+2',
        '-0.0',
        '9007199254740993',
        '3.14159265358979323846264338',
      ];
      const text = `{"resourceType":"Observation","status":"final","code":{},"component":[${numbers
        .map((one) => `{"code":{},"valueQuantity":{"value":${one}}}`)
        .join(',')}]}`;
      const share = { key, patient: 'p', obligations: [LEADING_TO[profile]] };
      const contentType = 'application/fhir+json';
      const labelled = text.replace('"status"', `"meta":${JSON.stringify(LOW)},"status"`);
      const record = deidentifyRecord({ contentType, bytes: Buffer.from(labelled) }, share);
      const cohort = deidentifyCohort(readFhirText(text, 'x'), { profile, key, rare: { k: 1 } });
      for (const output of [
        Buffer.from(record.bytes).toString(),
        JSON.stringify(cohort.resources),
      ]) {
        expect([...output.matchAll(/"value":([^,}]+)/g)].map(([, one]) => one)).toEqual(numbers);
      }
    },
  );

  it('never lets a text through, wherever in a resource it stands', () => {
    const names = [
      'status',
      'code',
      'subject',
      'category',
      'component',
      'effectiveDateTime',
      'value',
    ];
    const { json } = fc.letrec((tie) => ({
      json: fc.oneof(
        { maxDepth: 4 },
        fc.constant(`my ${canary}`),
        fc.constantFrom(1, true, null),
        fc.array(tie('json'), { maxLength: 3 }),
        fc.dictionary(
          fc.constantFrom(...names, 'coding', 'system', 'display', 'reference', 'identifier'),
          tie('json'),
        ),
      ),
    }));
    fc.assert(
      fc.property(fc.constantFrom(...profileNames), json, (profile, value) => {
        const resource = { resourceType: 'Observation', id: 'o', ...(value as object) };
        const { resources: result } = deidentify([{ resource }], options(profile));
        expect(JSON.stringify(result)).not.toContain(canary);
      }),
    );
  });
});

describe('the profile by labels', () => {
  const label = (code: string) => ({ system: SYSTEM.confidentiality, code });
  it.each<[string[], ProfileName]>([
    [[], 'standard'],
    [['N'], 'standard'],
    [['L'], 'limited'],
    [['L', 'N'], 'standard'],
    [['R'], 'strict'],
    [['V', 'L'], 'strict'],
  ])('of %j is %s', (codes, profile) => {
    expect(profileFor(codes.map(label))).toBe(profile);
  });

  it('is strict for whatever is sensitive, and says that it was pseudonymised', () => {
    expect(profileFor([label('N'), { system: SYSTEM.actCode, code: 'HIV' }])).toBe('strict');
    expect(only('strict', { resourceType: 'Patient' })['meta']).toEqual({
      security: [{ system: SYSTEM.observationValue, code: 'PSEUDED' }],
    });
    expect(v3Codes('ObservationValue')).toContain('PSEUDED');
  });
});

describe('records that are shared', () => {
  const json = (text: string) => ({
    contentType: 'application/fhir+json',
    bytes: Buffer.from(text),
  });
  const parsed = (bytes: Uint8Array) => JSON.parse(Buffer.from(bytes).toString()) as unknown;
  const condition = (code: string) => ({
    resourceType: 'Condition',
    subject: { reference: 'Patient/p' },
    recordedDate: '2026-05-06',
    code: { coding: [{ system: SYSTEM.icd10cm, code }] },
  });

  it('stay what they are, a resource or a Bundle, by the profile of their labels', () => {
    const share = { key, patient: 'p' };
    const normal = deidentifyRecord(json(JSON.stringify(condition('J06.9'))), share);
    expect(parsed(normal.bytes)).toMatchObject({ resourceType: 'Condition' });
    expect(parsed(normal.bytes)).toHaveProperty('recordedDate', expect.stringMatching(/-\d\d-/));
    const sensitive = deidentifyRecord(json(bundle(condition('B20'))), share);
    expect(parsed(sensitive.bytes)).toMatchObject({
      resourceType: 'Bundle',
      entry: [{ resource: { recordedDate: expect.stringMatching(/^\d{4}$/) as string } }],
    });
    expectR4(parsed(sensitive.bytes));
  });

  it('are refused where their form needs another tool', () => {
    const share = { key, patient: 'p' };
    for (const contentType of ['application/dicom', 'application/pdf', 'text/plain', '']) {
      expect(() => deidentifyRecord({ ...json('{}'), contentType }, share)).toThrow(
        coded('ERR_DEID_UNSUPPORTED'),
      );
    }
    const binary = { resourceType: 'Binary', contentType: 'application/dicom', data: 'QUJD' };
    expect(() => deidentifyRecord(json(JSON.stringify(binary)), share)).toThrow(
      coded('ERR_DEID_UNSUPPORTED'),
    );
    expect(() => deidentifyRecord(json('{"a":1}'), share)).toThrow(coded('ERR_FHIR_INVALID'));
  });
});

describe('a cohort', () => {
  const patient = (id: string, state: string, gender = 'female') => ({
    resourceType: 'Patient',
    id,
    gender,
    birthDate: '1980-05-05',
    address: [{ state, country: 'US' }],
  });
  const condition = (id: string, code: string) => ({
    resourceType: 'Condition',
    id: `c-${id}-${code}`,
    subject: { reference: `Patient/${id}` },
    recordedDate: '2026-01-01',
    code: { coding: [{ system: SYSTEM.icd10cm, code }] },
  });
  const of = (...resources: object[]) => readFhirText(bundle(...resources), 'x');

  it('shifts each patient’s dates by its own days, and leaves what is nobody’s', () => {
    const { resources, patients } = deidentifyCohort(
      of(
        { resourceType: 'Organization', id: 'o', name: 'Clinic' },
        ...['a', 'b'].flatMap((id) => [patient(id, 'MA'), condition(id, 'J06')]),
        { ...condition('elsewhere', 'J06') },
      ),
      { profile: 'limited', key, asOf },
    );
    expect(patients).toBe(3);
    const dates = resources.map(({ resource }) => resource['recordedDate']).filter(Boolean);
    expect(new Set(dates).size).toBe(3);
    expect(resources.at(-1)?.resource.resourceType).toBe('Organization');
  });

  it('loses values that fewer than k patients have, and combinations of them', () => {
    const ids = ['a', 'b', 'c', 'd', 'e', 'f'];
    const result = deidentifyCohort(
      of(
        ...ids.map((id, index) =>
          patient(id, index < 3 ? 'MA' : 'NY', index % 3 ? 'female' : 'male'),
        ),
        ...ids.map((id) => condition(id, 'J06')),
        // Three of one patient are one patient.
        ...['G10', 'G10.1'].map((code) => condition('a', code)),
        { ...condition('a', 'G10'), id: 'again' },
      ),
      { profile: 'standard', key, asOf, rare: { k: 2 } },
    );
    const text = JSON.stringify(result.resources);
    expect(text).toContain('J06');
    expect(text).not.toContain('G10');
    expect(result.suppressed['Condition.code']).toBe(3);
    for (const { resource } of result.resources) expectR4(resource);
    const patients = result.resources
      .map(({ resource }) => resource)
      .filter(({ resourceType }) => resourceType === 'Patient')
      .map((one) => JSON.stringify([one['gender'], one['address'], one['birthDate']]));
    for (const one of patients) {
      expect(patients.filter((other) => other === one).length).toBeGreaterThanOrEqual(2);
    }
  });

  it('keeps k patients to every value that is left', () => {
    const value = fc.constantFrom('J06', 'J07', 'J08', 'J09');
    fc.assert(
      fc.property(
        fc.array(fc.array(value, { maxLength: 3 }), { maxLength: 8 }),
        fc.integer({ min: 1, max: 4 }),
        (cohort, k) => {
          const groups = cohort.map((codes, index) => ({
            patient: `p${index}`,
            resources: codes.map((code) => ({ resource: condition(`p${index}`, code) })),
          }));
          const left = suppressRare(groups, { k, quasiIdentifiers: ['Condition.code'] }).patients;
          const having = new Map<string, number>();
          for (const { resources } of left) {
            const codes = resources.flatMap(({ resource }) =>
              resource['code'] === undefined ? [] : [JSON.stringify(resource['code'])],
            );
            for (const code of new Set(codes)) having.set(code, (having.get(code) ?? 0) + 1);
          }
          for (const count of having.values()) expect(count).toBeGreaterThanOrEqual(k);
        },
      ),
    );
  });
});
