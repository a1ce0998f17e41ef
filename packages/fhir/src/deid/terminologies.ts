/** Terminologies whose codes say what they say to everybody, and the form of their codes. */
const TERMINOLOGIES: readonly (readonly [system: RegExp, code: RegExp])[] = [
  [/^http:\/\/snomed\.info\/sct$/, /^\d{6,18}$/],
  [/^http:\/\/loinc\.org$/, /^(?:LA|LP|LG)?\d{1,7}-\d$/],
  [/^http:\/\/www\.nlm\.nih\.gov\/research\/umls\/rxnorm$/, /^\d{1,8}$/],
  [
    /^http:\/\/hl7\.org\/fhir\/sid\/icd-(?:9|10)(?:-[a-z]+)?$/,
    /^[A-Z0-9]{2,4}(?:\.?[A-Z0-9]{1,4})?$/,
  ],
  [/^http:\/\/hl7\.org\/fhir\/sid\/cvx$/, /^\d{1,4}$/],
  [/^http:\/\/hl7\.org\/fhir\/sid\/ndc$/, /^[\d-]{8,14}$/],
  [/^http:\/\/www\.ama-assn\.org\/go\/cpt$/, /^\d{4}[0-9A-Z]$/],
  [/^http:\/\/www\.ada\.org\/cdt$/, /^D\d{4}$/],
  [/^http:\/\/nucc\.org\/provider-taxonomy$/, /^[0-9A-Z]{10}$/],
  [/^http:\/\/unitsofmeasure\.org$/, /^[\w.%[\]{}/*^'+-]{1,24}$/],
  [/^http:\/\/dicom\.nema\.org\/[\w./-]+$/, /^[A-Z0-9]{1,16}$/],
  [/^http:\/\/terminology\.hl7\.org\/CodeSystem\/[\w-]+$/, /^[A-Za-z0-9._-]{1,40}$/],
  [/^http:\/\/hl7\.org\/fhir\/(?:us\/core\/CodeSystem\/)?[\w-]+$/, /^[A-Za-z0-9._-]{1,40}$/],
  [
    /^http:\/\/ihe\.net\/fhir\/ihe\.formatcode\.fhir\/CodeSystem\/formatcode$/,
    /^urn:ihe:[\w:.-]+$/,
  ],
  [/^https:\/\/bluebutton\.cms\.gov\/resources\/[\w/-]+$/, /^[A-Za-z0-9]{1,8}$/],
  // OMB race and ethnicity.
  [/^urn:oid:2\.16\.840\.1\.113883\.6\.238$/, /^\d{4}-\d$/],
  // ISO/IEEE 11073, and the languages of BCP 47.
  [/^urn:iso:std:iso:11073:10101$/, /^\d{1,7}$/],
  [/^urn:ietf:bcp:47$/, /^[a-z]{2,3}(?:-[A-Z]{2})?$/],
  // DICOM's classes, not its instances.
  [/^urn:ietf:rfc:3986$/, /^urn:oid:1\.2\.840\.10008(?:\.\d+)+$/],
];

/** Whether a code is of a terminology that is known, and has the form of its codes. */
export function isPublicCode(system: unknown, code: unknown): boolean {
  return (
    typeof system === 'string' &&
    typeof code === 'string' &&
    TERMINOLOGIES.some(([systems, codes]) => systems.test(system) && codes.test(code))
  );
}
