import * as fc from 'fast-check';
import { v3Codes } from '@salus/testing/fhir-r4';
import { CONFIDENTIALITIES, labelsOf, labelsOfAll, labelText, parseLabel } from './labels.js';
import { SENSITIVITY_RULES } from './sensitivity.js';
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
    for (const { code } of SENSITIVITY_RULES) expect(actCodes).toContain(code);
    const confidentialities = v3Codes('Confidentiality');
    for (const code of CONFIDENTIALITIES) expect(confidentialities).toContain(code);
  });

  it('are those that the resource states', () => {
    const stated = security([SYSTEM.confidentiality, 'V'], [SYSTEM.actCode, 'ETH']);
    expect(labelsOf(coded(SYSTEM.icd10cm, 'B20', stated))).toEqual([
      { system: SYSTEM.actCode, code: 'ETH' },
      { system: SYSTEM.confidentiality, code: 'V' },
    ]);
  });

  it('are derived where it states only half of them', () => {
    const confidential = security([SYSTEM.confidentiality, 'N']);
    expect(codesOf(coded(SYSTEM.icd10cm, 'B20', confidential))).toEqual(['HIV', 'N']);
    expect(codesOf(coded(SYSTEM.icd10cm, 'J06', security([SYSTEM.actCode, 'PSY'])))).toEqual([
      'PSY',
      'R',
    ]);
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
