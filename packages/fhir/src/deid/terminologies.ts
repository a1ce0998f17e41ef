import { isLuhnCode, isSctid } from './check-digits.js';
import { isHl7Code } from './hl7-codes.js';
import { isUcumUnit } from './units.js';

/** Modalities of DICOM (PS3.3, C.7.3.1.1.1). */
const MODALITIES: ReadonlySet<string> = new Set([
  ...['AR', 'AU', 'BDUS', 'BI', 'BMD', 'CR', 'CT', 'CTPROTOCOL', 'DG', 'DX', 'ECG', 'EEG', 'EMG'],
  ...['EPS', 'ES', 'FID', 'GM', 'HD', 'IO', 'IOL', 'IVOCT', 'IVUS', 'KER', 'KO', 'LEN', 'LS', 'MG'],
  ...[
    'MR',
    'NM',
    'OAM',
    'OCT',
    'OP',
    'OPM',
    'OPT',
    'OPTENF',
    'OPV',
    'OSS',
    'OT',
    'PA',
    'PLAN',
    'PR',
  ],
  ...['PT', 'PX', 'RF', 'RG', 'RTDOSE', 'RTIMAGE', 'RTPLAN', 'RTSTRUCT', 'SEG', 'SM', 'SMR', 'SR'],
  ...['TG', 'US', 'VA', 'XA', 'XC'],
]);

/** US Core's own code systems (hl7.org/fhir/us/core), which R4 doesn't have. */
const US_CORE: Readonly<Record<string, readonly string[]>> = {
  'careplan-category': ['assess-plan'],
  'condition-category': ['problem-list-item', 'health-concern', 'encounter-diagnosis'],
  'us-core-documentreference-category': ['clinical-note'],
  'us-core-observation-category': [
    'disability-status',
    'cognitive-status',
    'sdoh',
    'functional-status',
  ],
  'us-core-provenance-participant-type': ['transmitter'],
};
const US_CORE_SYSTEM = /^http:\/\/hl7\.org\/fhir\/us\/core\/CodeSystem\/([a-z-]+)$/;

const FORMATS: ReadonlySet<string> = new Set([
  ...['mimeTypeSufficient'].map((name) => `urn:ihe:iti:xds:2017:${name}`),
  ...['pdf', 'text', 'xml'].map((name) => `urn:ihe:iti:xds-sd:${name}:2008`),
  ...['xphr', 'xds-ms', 'aps', 'ic', 'crc', 'cm'].map((name) => `urn:ihe:pcc:${name}:2007`),
]);

/** Terminologies whose codes say what they say to everybody, and what a code of them has to be. */
const TERMINOLOGIES: readonly (readonly [system: RegExp, isCode: (code: string) => boolean])[] = [
  [/^http:\/\/snomed\.info\/sct$/, isSctid],
  // Answers, parts and groups have check digits of another kind.
  [/^http:\/\/loinc\.org$/, (code) => isLuhnCode(code) || /^L[APG]\d{1,7}-\d$/.test(code)],
  // A number without a check digit: no longer than RxNorm's are.
  [/^http:\/\/www\.nlm\.nih\.gov\/research\/umls\/rxnorm$/, matching(/^[1-9]\d{2,6}$/)],
  [
    /^http:\/\/hl7\.org\/fhir\/sid\/icd-10(?:-(?!pcs$)[a-z]+)?$/,
    matching(/^[A-Z]\d[0-9A-Z](?:\.?[0-9A-Z]{1,4})?$/),
  ],
  [/^http:\/\/hl7\.org\/fhir\/sid\/icd-10-pcs$/, matching(/^[0-9A-HJ-NP-Z]{7}$/)],
  [
    /^http:\/\/hl7\.org\/fhir\/sid\/icd-9(?:-[a-z]+)?$/,
    matching(/^(?:\d\d|V\d|E\d\d)\d(?:\.\d{1,2})?$/),
  ],
  [/^http:\/\/hl7\.org\/fhir\/sid\/cvx$/, matching(/^\d{2,3}$/)],
  [/^http:\/\/hl7\.org\/fhir\/sid\/ndc$/, isNdc],
  [/^http:\/\/www\.whocc\.no\/atc$/, matching(/^[A-Z]\d\d(?:[A-Z](?:[A-Z](?:\d\d)?)?)?$/)],
  [/^http:\/\/www\.ama-assn\.org\/go\/cpt$/, matching(/^\d{4}[0-9FTUM]$/)],
  [/^http:\/\/www\.ada\.org\/cdt$/, matching(/^D\d{4}$/)],
  // Ends in X: a National Provider Identifier, which is all digits, is none.
  [/^http:\/\/nucc\.org\/provider-taxonomy$/, matching(/^\d{3}[0-9A-Z]{6}X$/)],
  [/^http:\/\/unitsofmeasure\.org$/, isUcumUnit],
  [
    /^http:\/\/dicom\.nema\.org\/(?:resources\/ontology\/DCM|medical\/dicom\/current\/output\/chtml\/part16\/sect_CID_\d{1,5}\.html)$/,
    (code) => MODALITIES.has(code) || /^1[0-3]\d{4}$/.test(code),
  ],
  [
    /^http:\/\/ihe\.net\/fhir\/ihe\.formatcode\.fhir\/CodeSystem\/formatcode$/,
    (code) => FORMATS.has(code),
  ],
  [/^https:\/\/bluebutton\.cms\.gov\/resources\/[\w/-]+$/, matching(/^[A-Z0-9]{1,3}$/)],
  // CDC's codes of race and ethnicity, as OMB takes them.
  [
    /^urn:oid:2\.16\.840\.1\.113883\.6\.238$/,
    (code) => /^[12]\d{3}-/.test(code) && isLuhnCode(code),
  ],
  // ISO/IEEE 11073: partition and term make one number. The languages of BCP 47.
  [/^urn:iso:std:iso:11073:10101$/, matching(/^[1-9]\d{4,6}$/)],
  [/^urn:ietf:bcp:47$/, matching(/^[a-z]{2}(?:-[A-Z]{2})?$/)],
  // DICOM's classes, not its instances.
  [/^urn:ietf:rfc:3986$/, matching(/^urn:oid:1\.2\.840\.10008(?:\.\d{1,5}){1,8}$/)],
];

/** Whether a code is of a terminology that is known, and is one of its codes as far as can be told. */
export function isPublicCode(system: unknown, code: unknown): boolean {
  if (typeof system !== 'string' || typeof code !== 'string') return false;
  const [, usCore] = US_CORE_SYSTEM.exec(system) ?? [];
  if (usCore !== undefined)
    return Object.hasOwn(US_CORE, usCore) && (US_CORE[usCore] ?? []).includes(code);
  return (
    isHl7Code(system, code) ||
    TERMINOLOGIES.some(([systems, isCode]) => systems.test(system) && isCode(code))
  );
}

/**
 * 4-4-2, 5-3-2, 5-4-1 or 5-4-2 with hyphens, or 5-4-2 without (21 CFR 207.33, HIPAA). So neither a social
 * security number (3-2-4) nor a telephone number of the USA is one.
 */
function isNdc(code: string): boolean {
  if (/^(?:\d{4}-\d{4}-\d\d|\d{5}-(?:\d{3}-\d\d|\d{4}-\d{1,2})|\d{4,5}-\d{4})$/.test(code))
    return true;
  return /^\d{11}$/.test(code) && !/^1[2-9]\d\d[2-9]/.test(code);
}

function matching(form: RegExp): (code: string) => boolean {
  return (code) => form.test(code);
}
