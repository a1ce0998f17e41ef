/** URLs of the terminologies and identifiers that the mappings use (FHIR R4, 4.3.0). */
const terminology = 'http://terminology.hl7.org/CodeSystem';

export const SYSTEM = {
  confidentiality: `${terminology}/v3-Confidentiality`,
  /** Sensitivity, purposes' parents, obligations and refrain policies are all codes of ActCode. */
  actCode: `${terminology}/v3-ActCode`,
  actReason: `${terminology}/v3-ActReason`,
  observationValue: `${terminology}/v3-ObservationValue`,
  roleClass: `${terminology}/v3-RoleClass`,
  participationType: `${terminology}/v3-ParticipationType`,
  consentScope: `${terminology}/consentscope`,
  consentAction: `${terminology}/consentaction`,
  dataAbsentReason: 'http://hl7.org/fhir/StructureDefinition/data-absent-reason',
  auditEventType: `${terminology}/audit-event-type`,
  auditEntityType: `${terminology}/audit-entity-type`,
  objectRole: `${terminology}/object-role`,
  securitySourceType: `${terminology}/security-source-type`,
  snomed: 'http://snomed.info/sct',
  loinc: 'http://loinc.org',
  rxnorm: 'http://www.nlm.nih.gov/research/umls/rxnorm',
  icd10cm: 'http://hl7.org/fhir/sid/icd-10-cm',
  icd10: 'http://hl7.org/fhir/sid/icd-10',
  atc: 'http://www.whocc.no/atc',
  ndc: 'http://hl7.org/fhir/sid/ndc',
  uri: 'urn:ietf:rfc:3986',
  dicom: 'http://dicom.nema.org/resources/ontology/DCM',
} as const;

const salus = 'https://salus.example/fhir';

/** Salus's own identifiers and codes; docs/fhir.md publishes them. */
export const SALUS = {
  pseudonym: `${salus}/sid/pseudonym`,
  recordId: `${salus}/sid/record`,
  grantId: `${salus}/sid/grant`,
  decisionId: `${salus}/sid/decision`,
  referralId: `${salus}/sid/referral`,
  episode: `${salus}/sid/episode`,
  shareId: `${salus}/sid/share`,
  delegateId: `${salus}/sid/delegate`,
  mspId: `${salus}/sid/organisation`,
  practitioner: `${salus}/sid/practitioner`,
  certificate: `${salus}/sid/certificate`,
  /** What identifiers become by de-identification. */
  deidentified: `${salus}/sid/deidentified`,
  category: `${salus}/CodeSystem/category`,
  /** Tags whose name the exporter doesn't know stay as they are on the ledger. */
  categoryTag: `${salus}/CodeSystem/category-tag`,
  labelTag: `${salus}/CodeSystem/label-tag`,
  /** Labels that a resource states without a system. */
  unnamedLabel: `${salus}/CodeSystem/label-without-system`,
  role: `${salus}/CodeSystem/role`,
  action: `${salus}/CodeSystem/audit-action`,
  reason: `${salus}/CodeSystem/decision-reason`,
  declineReason: `${salus}/CodeSystem/decline-reason`,
  error: 'urn:salus:error-code',
  maxUses: `${salus}/StructureDefinition/consent-max-uses`,
  onward: `${salus}/StructureDefinition/consent-onward`,
  obligation: `${salus}/StructureDefinition/consent-obligation`,
  text: `${salus}/StructureDefinition/consent-text`,
  template: `${salus}/StructureDefinition/consent-template`,
  /** What the patient signed. */
  statement: `${salus}/StructureDefinition/consent-statement`,
  labelRule: `${salus}/StructureDefinition/consent-label-rule`,
  policy: `${salus}/policy/salus-consent-3`,
  /** Of what release 0.1.0 exported. */
  earlierPolicy: `${salus}/policy/salus-consent-2`,
} as const;
