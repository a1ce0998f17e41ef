import { medicineSensitivities } from './medicines.js';
import { canonicalSystem } from './system-names.js';
import { SYSTEM } from './systems.js';

/**
 * Which codes make a resource sensitive where nobody labelled it. The sensitivity codes are those of HL7 v3
 * ActCode, InformationSensitivityPolicy. What counts as sensitive follows the fields that US and state law
 * protect specially (42 CFR Part 2 for substance use; ONC's Data Segmentation for Privacy). The chapters of
 * ICD-10-CM name them, and the codes for the same things in SNOMED CT and LOINC. The table is small on
 * purpose: it helps where there are no labels, and can't replace them.
 */
export interface SensitivityRule {
  readonly code: string;
  readonly means: string;
  /** Categories of ICD-10-CM: from and to, both included; or a code and all below it. */
  readonly icd10: readonly (string | readonly [from: string, to: string])[];
  readonly snomed: readonly string[];
  readonly loinc: readonly string[];
}

export const SENSITIVITY_RULES: readonly SensitivityRule[] = [
  {
    code: 'HIV',
    means: 'HIV and AIDS',
    // ICD-10-CM has B20 alone.
    icd10: [['B20', 'B24'], 'B97.35', 'O98.7', 'R75', 'Z21', 'Z71.7'],
    snomed: ['86406008', '62479008', '165816005', '91947003', '313077009', '171121004'],
    loinc: ['75622-1', '56888-1', '25836-8', '20447-9', '7918-6', '29893-5'],
  },
  {
    code: 'SUD',
    means: 'substance use disorder (42 CFR Part 2); nicotine dependence is not part of it',
    icd10: [['F10', 'F16'], ['F18', 'F19'], 'Z71.41', 'Z71.51'],
    snomed: [
      '66214007',
      '7200002',
      '15167005',
      '191816009',
      '361055000',
      '75544000',
      '5602001',
      '6525002',
      '10939881000119105',
      '56876005',
      '266707007',
      '428211000124100',
    ],
    loinc: ['82667-7', '75626-2', '75624-7'],
  },
  {
    code: 'PSY',
    means: 'psychiatric disorders and their screening',
    icd10: [['F01', 'F09'], ['F20', 'F99'], 'R45.851'],
    snomed: [
      '35489007',
      '370143000',
      '36923009',
      '58214004',
      '13746004',
      '197480006',
      '48694002',
      '47505003',
      '6471006',
      '171207006',
      '710841007',
      '715252007',
    ],
    loinc: ['44249-1', '44261-6', '55758-7', '69737-5', '70274-6', '89204-2'],
  },
  {
    code: 'SDV',
    means: 'sexual assault, abuse and domestic violence',
    icd10: ['T74', 'T76', 'Y07', 'Z69'],
    snomed: ['706893006'],
    loinc: ['76499-3'],
  },
  {
    code: 'STD',
    means: 'sexually transmitted disease',
    icd10: [['A50', 'A64'], 'Z11.3'],
    snomed: ['8098009', '240589008', '15628003', '76272004'],
    loinc: ['21613-5', '24111-7', '20507-0'],
  },
  {
    code: 'SEX',
    means: 'sexuality and reproductive health',
    icd10: [['F64', 'F66'], 'F52', 'N46', 'N52', 'N97', ['O00', 'O9A'], ['Z30', 'Z39'], 'Z3A'],
    snomed: ['72892002', '19169002', '386639001', '65200003', '46706006', '169553002', '301807007'],
    loinc: ['82810-3', '76690-7', '76691-5', '2106-3', '2118-8', '2110-5'],
  },
  {
    code: 'SICKLE',
    means: 'sickle cell disease',
    icd10: ['D57'],
    snomed: ['417357006', '127040003'],
    loinc: [],
  },
  {
    code: 'GDIS',
    means: 'genetic disease and genetic tests',
    icd10: ['D57', 'E84', 'G10', ['Q90', 'Q99'], 'Z14', 'Z15', 'Z31.43', 'Z31.5'],
    snomed: ['32895009', '409709004', '405824009', '190905008', '58756001'],
    loinc: ['69548-6', '51969-4', '81247-9', '48018-6', '81252-9'],
  },
];

/** All sensitivities of HL7 v3 ActCode (InformationSensitivityPolicy, on what information is about). */
export const SENSITIVITY_CODES: ReadonlySet<string> = new Set([
  ...['BH', 'COGN', 'DVD', 'EMOTDIS', 'ETH', 'ETHUD', 'GDIS', 'HIV', 'MH', 'MST', 'OPIOIDUD'],
  ...['PSY', 'PSYTHPN', 'SCA', 'SDV', 'SEX', 'SICKLE', 'SPI', 'STD', 'SUD', 'TBOO', 'VIO'],
]);

/** Types that are sensitive whatever they say. */
export const SENSITIVE_TYPES: Readonly<Record<string, string>> = { MolecularSequence: 'GDIS' };

/** Systems whose codes the table judges, each code by itself. */
export const JUDGED_SYSTEMS: ReadonlySet<string> = new Set([
  ...[SYSTEM.snomed, SYSTEM.loinc, SYSTEM.icd10, SYSTEM.icd10cm, SYSTEM.atc],
]);

/** Sensitivity codes of one coded value. The system goes by any of its names. */
export function sensitivitiesOf(system: string, code: string): readonly string[] {
  const known = canonicalSystem(system);
  const symbol = code.trim();
  return [
    ...SENSITIVITY_RULES.filter((rule) => matches(rule, known, symbol)).map((rule) => rule.code),
    ...medicineSensitivities(known, symbol),
  ];
}

function matches(rule: SensitivityRule, system: string, code: string): boolean {
  switch (system) {
    case SYSTEM.snomed:
      return rule.snomed.includes(code);
    case SYSTEM.loinc:
      return rule.loinc.includes(code);
    case SYSTEM.icd10:
    case SYSTEM.icd10cm:
      return rule.icd10.some((range) => inIcd10(range, code.toUpperCase()));
    default:
      return false;
  }
}

function inIcd10(range: string | readonly [string, string], code: string): boolean {
  if (typeof range === 'string') {
    // Some systems leave the dot out.
    return code.replace('.', '').startsWith(range.replace('.', ''));
  }
  const category = code.slice(0, 3);
  return range[0] <= category && category <= range[1];
}
