import { SYSTEM } from './systems.js';

/**
 * Other names of the code systems that Salus reads. Sources: the OIDs of HL7's registry as
 * terminology.hl7.org lists them, the URLs of DSTU2 and STU3 (hl7.org/fhir/v3/…), and the URLs under which
 * national editions are published. Names are compared in lower case, without version and last slash.
 */
const NAMES: Readonly<Record<string, readonly string[]>> = {
  [SYSTEM.confidentiality]: [
    // A name where a URI belongs.
    'confidentiality',
    'v3-confidentiality',
    'http://hl7.org/fhir/v3/confidentiality',
    'http://hl7.org/fhir/v3/vs/confidentiality',
    'http://hl7.org/implement/standards/fhir/v3/confidentiality',
    'http://terminology.hl7.org/valueset/v3-confidentiality',
    'http://terminology.hl7.org/codesystem/confidentiality',
    'urn:oid:2.16.840.1.113883.5.25',
  ],
  [SYSTEM.actCode]: [
    'actcode',
    'v3-actcode',
    'http://hl7.org/fhir/v3/actcode',
    'http://hl7.org/fhir/v3/vs/actcode',
    'http://hl7.org/implement/standards/fhir/v3/actcode',
    'http://hl7.org/fhir/v3/informationsensitivitypolicy',
    'http://hl7.org/fhir/v3/vs/informationsensitivitypolicy',
    'http://terminology.hl7.org/valueset/v3-actcode',
    'http://terminology.hl7.org/valueset/v3-informationsensitivitypolicy',
    'urn:oid:2.16.840.1.113883.5.4',
  ],
  [SYSTEM.actReason]: ['http://hl7.org/fhir/v3/actreason', 'urn:oid:2.16.840.1.113883.5.8'],
  [SYSTEM.observationValue]: [
    'http://hl7.org/fhir/v3/observationvalue',
    'urn:oid:2.16.840.1.113883.5.1063',
  ],
  [SYSTEM.snomed]: ['urn:oid:2.16.840.1.113883.6.96', 'http://www.snomed.org'],
  [SYSTEM.loinc]: ['urn:oid:2.16.840.1.113883.6.1', 'http://www.loinc.org'],
  [SYSTEM.rxnorm]: ['urn:oid:2.16.840.1.113883.6.88', 'http://nlm.nih.gov/research/umls/rxnorm'],
  [SYSTEM.icd10cm]: ['urn:oid:2.16.840.1.113883.6.90'],
  [SYSTEM.icd10]: [
    'urn:oid:2.16.840.1.113883.6.3',
    // ICD-10-AM, and the editions of Germany, Norway and Sweden.
    'urn:oid:2.16.840.1.113883.6.135',
    'http://fhir.de/codesystem/bfarm/icd-10-gm',
    'http://fhir.de/codesystem/dimdi/icd-10-gm',
    'urn:oid:2.16.578.1.12.4.1.1.7110',
    'urn:oid:1.2.752.116.1.1.1.1.3',
  ],
  [SYSTEM.atc]: [
    'http://whocc.no/atc',
    'http://www.whocc.no/atc_ddd_index',
    'http://fhir.de/codesystem/bfarm/atc',
    'http://fhir.de/codesystem/dimdi/atc',
    'urn:oid:2.16.840.1.113883.6.73',
    'urn:oid:2.16.578.1.12.4.1.1.7180',
  ],
  [SYSTEM.ndc]: ['urn:oid:2.16.840.1.113883.6.69', 'http://www.fda.gov/ndc'],
};

const canonical: ReadonlyMap<string, string> = new Map(
  Object.entries(NAMES).flatMap(([system, names]) =>
    [system.toLowerCase(), ...names].map((name) => [name, system] as const),
  ),
);

/** Editions and versions stand in the path: http://snomed.info/sct/731000124108/version/20240301. */
const SNOMED = /^http:\/\/snomed\.info\/(?:sct|xsct|id)(?:\/|$)/;
/** National modifications keep ICD-10's chapters; ICD-10-PCS has none. */
const ICD10 = /^http:\/\/hl7\.org\/fhir\/sid\/icd-10(?:-(?!pcs$|cm$)[a-z]+)?$/;

/**
 * The one name of a code system that has several. The version is taken off; a system that isn't known
 * keeps its name.
 *
 * @example
 * canonicalSystem('urn:oid:2.16.840.1.113883.6.96'); // 'http://snomed.info/sct'
 */
export function canonicalSystem(system: string): string {
  const [unversioned = ''] = system.trim().split('|');
  const name = unversioned
    .replace(/^https:/i, 'http:')
    .replace(/\/+$/, '')
    .toLowerCase();
  if (SNOMED.test(name)) return SYSTEM.snomed;
  if (ICD10.test(name)) return SYSTEM.icd10;
  return canonical.get(name) ?? unversioned;
}
