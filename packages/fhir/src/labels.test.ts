import * as fc from 'fast-check';
import { v3Codes } from '@salus/testing/fhir-r4';
import { HANDLING_CODES } from './handling-codes.js';
import {
  CONFIDENTIALITIES,
  labellingOf,
  labelsOf,
  labelsOfAll,
  labelText,
  parseLabel,
} from './labels.js';
import { MEDICINE_CLASSES } from './medicines.js';
import { SENSITIVITY_CODES, SENSITIVITY_RULES } from './sensitivity.js';
import { SYSTEM } from './systems.js';

const coded = (system: string, code: string, meta?: { security: unknown }) => ({
  resourceType: 'Condition',
  code: { coding: [{ system, code }] },
  ...(meta && { meta }),
});
const codesOf = (resource: Parameters<typeof labelsOf>[0]) =>
  labelsOf(resource).map(({ code }) => code);
const security = (...codes: [string, string][]) => ({
  security: codes.map(([system, code]) => ({ system, code })),
});

describe('security labels', () => {
  it('are codes that HL7 defines', () => {
    const actCodes = v3Codes('ActCode');
    for (const { code } of [...SENSITIVITY_RULES, ...MEDICINE_CLASSES]) {
      expect(SENSITIVITY_CODES).toContain(code);
    }
    for (const code of SENSITIVITY_CODES) expect(actCodes).toContain(code);
    const confidentialities = v3Codes('Confidentiality');
    for (const code of CONFIDENTIALITIES) expect(confidentialities).toContain(code);
  });

  it('tell handling apart from sensitivity as HL7 does', () => {
    expect([...HANDLING_CODES].sort()).toEqual([...v3Codes('ActCode', 'SecurityPolicy')].sort());
    expect([...SENSITIVITY_CODES].sort()).toEqual(
      [...v3Codes('ActCode', '_ActInformationSensitivityPolicy')]
        .filter((code) => code !== '_ActInformationSensitivityPolicy')
        .sort(),
    );
  });

  it('are those that the resource states, and those that its codes tell', () => {
    const stated = security([SYSTEM.confidentiality, 'V'], [SYSTEM.actCode, 'ETH']);
    expect(labelsOf(coded(SYSTEM.icd10cm, 'B20', stated))).toEqual([
      { system: SYSTEM.actCode, code: 'ETH' },
      { system: SYSTEM.actCode, code: 'HIV' },
      { system: SYSTEM.confidentiality, code: 'V' },
    ]);
  });

  it.each([...HANDLING_CODES])(
    'keep the derived sensitivity beside the handling code %s',
    (code) => {
      const handled = security([SYSTEM.actCode, code]);
      expect(codesOf(coded(SYSTEM.icd10cm, 'B20', handled)).sort()).toEqual(
        ['HIV', 'R', code].sort(),
      );
      // By itself it makes nothing sensitive.
      expect(codesOf(coded(SYSTEM.icd10cm, 'J06', handled)).sort()).toEqual(['N', code].sort());
    },
  );

  it('take the highest confidentiality: a system that states N of everything opens nothing', () => {
    const confidential = security([SYSTEM.confidentiality, 'N']);
    expect(codesOf(coded(SYSTEM.icd10cm, 'B20', confidential))).toEqual(['HIV', 'R']);
    expect(codesOf(coded(SYSTEM.icd10cm, 'J06', security([SYSTEM.actCode, 'PSY'])))).toEqual([
      'PSY',
      'R',
    ]);
    const both = security([SYSTEM.confidentiality, 'N'], [SYSTEM.confidentiality, 'R']);
    expect(codesOf(coded(SYSTEM.icd10cm, 'J06', both))).toEqual(['R']);
    const local = security([SYSTEM.confidentiality, 'VIP']);
    expect(codesOf(coded(SYSTEM.icd10cm, 'J06', local))).toEqual(['N', 'VIP']);
  });

  it.each([
    ['http://hl7.org/fhir/v3/Confidentiality', 'http://hl7.org/fhir/v3/ActCode'],
    ['urn:oid:2.16.840.1.113883.5.25', 'urn:oid:2.16.840.1.113883.5.4'],
    [`${SYSTEM.confidentiality}|3.0.0`, `${SYSTEM.actCode}|8.0.0`],
    [
      'https://terminology.hl7.org/CodeSystem/v3-Confidentiality/',
      'HTTP://terminology.hl7.org/CodeSystem/v3-ActCode',
    ],
    ['Confidentiality', 'ActCode'],
    [undefined, undefined],
  ])('are stated under %s and %s as well', (confidentiality, actCode) => {
    const meta = {
      security: [
        { system: confidentiality, code: 'V' },
        { system: actCode, code: 'PSY' },
      ],
    };
    expect(labelsOf({ resourceType: 'Observation', meta })).toEqual([
      { system: SYSTEM.actCode, code: 'PSY' },
      { system: SYSTEM.confidentiality, code: 'V' },
    ]);
  });

  it('keep what is stated without a known system', () => {
    const meta = {
      security: [
        { code: 'Chefärzte' },
        { system: 'urn:x|1', code: ' VIP  ward ' },
        { system: 'local codes', code: 'VIP' },
      ],
    };
    expect(labelsOf({ resourceType: 'Observation', meta }).map(labelText)).toEqual([
      `${SYSTEM.confidentiality}|N`,
      'https://salus.example/fhir/CodeSystem/label-without-system#local%20codes|VIP',
      'https://salus.example/fhir/CodeSystem/label-without-system|Chefärzte',
      'urn:x|VIP ward',
    ]);
  });

  it.each([
    ['urn:oid:2.16.840.1.113883.6.90', 'B20'],
    ['urn:oid:2.16.840.1.113883.6.3', 'B23.8'],
    ['http://fhir.de/CodeSystem/bfarm/icd-10-gm', 'B22'],
    ['http://hl7.org/fhir/sid/icd-10-am', 'B20'],
    ['http://hl7.org/fhir/sid/icd-10-cm|2024', 'B20'],
    ['urn:oid:2.16.840.1.113883.6.96', '86406008'],
    ['http://snomed.info/sct/731000124108', '86406008'],
    ['http://snomed.info/sct/900000000000207008/version/20240301', '86406008'],
    ['https://snomed.info/sct', '86406008'],
    ['urn:oid:2.16.840.1.113883.6.1', '75622-1'],
    ['https://loinc.org/', '75622-1'],
    ['http://www.whocc.no/atc', 'J05AR20'],
    ['urn:oid:2.16.840.1.113883.6.73', 'J05AJ03'],
    ['urn:oid:2.16.840.1.113883.6.88', '1433868'],
    ['http://hl7.org/fhir/sid/ndc', '61958-2501-1'],
    ['urn:oid:2.16.840.1.113883.6.69', '61958250101'],
    ['http://hl7.org/fhir/sid/ndc', '6195825011'],
  ])('are derived from %s|%s', (system, code) => {
    expect(codesOf(coded(system, code))).toEqual(['HIV', 'R']);
  });

  it('tell ICD-10-PCS from ICD-10', () => {
    expect(codesOf(coded('http://hl7.org/fhir/sid/icd-10-pcs', 'F15'))).toEqual(['N']);
  });

  it.each([
    ['methadone hydrochloride 10 MG Oral Tablet', ['SUD', 'R']],
    ['Suboxone 8 mg/2 mg film', ['SUD', 'R']],
    ['cloZAPine 100 MG', ['PSY', 'R']],
    ['Bictegravir/Emtricitabine/Tenofovir', ['HIV', 'R']],
    ['Levora 0.15/30 28 Day Pack', ['SEX', 'R']],
    ['Lithiumheparin', ['N']],
    ['Ibuprofen 100 MG Oral Tablet', ['N']],
  ])('of the medicine %s are %j, wherever its name stands', (name, labels) => {
    const concept = { coding: [{ system: SYSTEM.rxnorm, code: '864706', display: name }] };
    const text = { text: name };
    for (const resource of [
      { resourceType: 'MedicationRequest', medicationCodeableConcept: concept },
      { resourceType: 'MedicationStatement', medicationCodeableConcept: text },
      { resourceType: 'Medication', code: text },
      { resourceType: 'Medication', ingredient: [{ itemCodeableConcept: concept }] },
      {
        resourceType: 'MedicationDispense',
        contained: [{ resourceType: 'Medication', id: 'm', code: text }],
      },
    ]) {
      expect(codesOf(resource)).toEqual(labels);
    }
    // A laboratory's name for a tube is no medicine.
    expect(codesOf({ resourceType: 'Observation', code: text })).toEqual(['N']);
  });

  it('follow a medication that is a resource of its own', () => {
    const request = {
      resourceType: 'MedicationRequest',
      medicationReference: { reference: 'Medication/m' },
    };
    const medication = { resourceType: 'Medication', id: 'm', code: { text: 'Methadone' } };
    const found = labelsOf(request, (reference) =>
      reference === 'Medication/m' ? medication : undefined,
    );
    expect(found.map(({ code }) => code)).toEqual(['SUD', 'R']);
    expect(codesOf(request)).toEqual(['N']);
  });

  it('are those of all parts: nested Bundles, Parameters, documents, attachments, elements', () => {
    const very = coded(SYSTEM.icd10cm, 'F32.0', security([SYSTEM.confidentiality, 'V']));
    const nest = (depth: number): object =>
      depth === 0 ? very : { resourceType: 'Bundle', entry: [{ resource: nest(depth - 1) }] };
    const data = Buffer.from(JSON.stringify(very)).toString('base64');
    const attachment = { contentType: 'application/fhir+json; charset=utf-8', data };
    for (const resource of [
      nest(1),
      nest(6),
      { resourceType: 'Parameters', parameter: [{ part: [{ resource: nest(2) }] }] },
      { resourceType: 'DocumentReference', content: [{ attachment }] },
      { resourceType: 'Binary', ...attachment },
    ]) {
      expect(codesOf(resource as { resourceType: string })).toEqual(['PSY', 'V']);
    }
    const securityLabel = [{ coding: [{ system: SYSTEM.actCode, code: 'HIV' }] }];
    expect(codesOf({ resourceType: 'DocumentReference', securityLabel })).toEqual(['HIV', 'R']);
    expect(codesOf({ resourceType: 'Composition', confidentiality: 'V' })).toEqual(['V']);
    const url =
      'http://hl7.org/fhir/uv/security-label-ds4p/StructureDefinition/extension-inline-sec-label';
    const valueCoding = { system: SYSTEM.confidentiality, code: 'R' };
    const birthDate = { extension: [{ url, valueCoding }] };
    expect(codesOf({ resourceType: 'Patient', _birthDate: birthDate })).toEqual(['R']);
  });

  it('do not trip over an attachment that is no FHIR', () => {
    for (const text of ['{', '[1', '['.repeat(99), '{"a":1,"a":2}', 'null']) {
      const data = Buffer.from(text).toString('base64');
      const resource = { resourceType: 'Binary', contentType: 'application/json', data };
      expect(codesOf(resource)).toEqual(['N']);
    }
  });

  it.each<[boolean, object]>([
    [true, coded(SYSTEM.icd10cm, 'J06.9')],
    [true, coded(SYSTEM.snomed, '65363002')],
    [false, coded('http://hospital.example/diagnoses', 'x-1')],
    [false, { resourceType: 'Condition', code: { text: 'HIV' } }],
    [false, coded(SYSTEM.rxnorm, '864706')],
    [true, coded(SYSTEM.rxnorm, '6813')],
    [true, { resourceType: 'MedicationRequest', medicationCodeableConcept: { text: 'Ibuprofen' } }],
    [true, { ...coded('http://local', 'x'), meta: security([SYSTEM.actCode, 'HIV']) }],
    [false, { ...coded('http://local', 'x'), meta: security([SYSTEM.actCode, 'DELAU']) }],
    [true, { resourceType: 'Patient' }],
  ])('say %j whether they rest on anything: %j', (isJudged, resource) => {
    expect(labellingOf(resource as { resourceType: string }).isJudged).toBe(isJudged);
  });

  it.each([
    [SYSTEM.icd10cm, 'J06.9', ['N']],
    [SYSTEM.icd10cm, 'B20', ['HIV', 'R']],
    [SYSTEM.icd10, 'B20.1', ['HIV', 'R']],
    [SYSTEM.icd10cm, 'B2099', ['HIV', 'R']],
    [SYSTEM.icd10cm, 'F11.20', ['SUD', 'R']],
    [SYSTEM.icd10cm, 'F17.210', ['N']],
    [SYSTEM.icd10cm, 'F32.9', ['PSY', 'R']],
    [SYSTEM.icd10cm, 'f32.9', ['PSY', 'R']],
    [SYSTEM.icd10cm, 'D57.1', ['GDIS', 'SICKLE', 'R']],
    [SYSTEM.icd10cm, 'O98.711', ['HIV', 'SEX', 'R']],
    [SYSTEM.icd10cm, 'Z79.4', ['N']],
    [SYSTEM.snomed, '86406008', ['HIV', 'R']],
    [SYSTEM.snomed, '65363002', ['N']],
    [SYSTEM.loinc, '82667-7', ['SUD', 'R']],
    ['http://else.example', 'B20', ['N']],
  ])('of %s|%s are %j', (system, code, labels) => {
    expect(codesOf(coded(system, code))).toEqual(labels);
  });

  it('look at every code, contained and nested ones too', () => {
    expect(
      codesOf({
        resourceType: 'Encounter',
        contained: [{ resourceType: 'Condition', code: coded(SYSTEM.snomed, '86406008').code }],
        reasonCode: [coded(SYSTEM.icd10cm, 'F10.2').code],
      }),
    ).toEqual(['HIV', 'SUD', 'R']);
    expect(codesOf({ resourceType: 'MolecularSequence' })).toEqual(['GDIS', 'R']);
  });

  it('of many resources are those of each, and the highest confidentiality', () => {
    const labels = labelsOfAll([
      coded(SYSTEM.icd10cm, 'J06'),
      coded(SYSTEM.icd10cm, 'B20'),
      coded(SYSTEM.icd10cm, 'F32.0', security([SYSTEM.confidentiality, 'V'])),
    ]);
    expect(labels.map(({ code }) => code)).toEqual(['HIV', 'PSY', 'V']);
    expect(labelsOfAll([])).toEqual([]);
  });

  it('always tell a confidentiality, whatever the resource holds', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (code, stated) => {
        const resource = { resourceType: 'Basic', code, meta: { security: stated } };
        const found = labelsOf(resource).filter(({ system }) => system === SYSTEM.confidentiality);
        expect(found).toHaveLength(1);
      }),
    );
  });

  it('are written as text and read back', () => {
    fc.assert(
      fc.property(fc.webUrl(), fc.stringMatching(/^[A-Za-z0-9.-]{1,20}$/), (system, code) => {
        expect(parseLabel(labelText({ system, code }))).toEqual({ system, code });
      }),
    );
    for (const text of ['', '|', 'x', 'x|', '|x']) expect(parseLabel(text)).toBeUndefined();
  });
});
