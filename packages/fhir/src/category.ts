import { ownOf } from '@salus/protocol';
import type { FhirResource } from './resource.js';
import { asArray, asObject } from './values.js';

/** Categories that a patient can grant access by. They never stand on the ledger in clear. */
export const categories = [
  'demographics',
  'encounter',
  'condition',
  'laboratory',
  'vital-signs',
  'imaging',
  'medication',
  'immunization',
  'procedure',
  'clinical-note',
  'care-plan',
  'claim',
  'provider',
  'other',
] as const;
export type Category = (typeof categories)[number];

const byType: Readonly<Record<string, Category>> = {
  Patient: 'demographics',
  RelatedPerson: 'demographics',
  Person: 'demographics',
  Encounter: 'encounter',
  EpisodeOfCare: 'encounter',
  Appointment: 'encounter',
  ServiceRequest: 'procedure',
  Task: 'procedure',
  MolecularSequence: 'laboratory',
  AdverseEvent: 'condition',
  DetectedIssue: 'condition',
  NutritionOrder: 'care-plan',
  ImmunizationRecommendation: 'immunization',
  DocumentManifest: 'clinical-note',
  CoverageEligibilityResponse: 'claim',
  Condition: 'condition',
  AllergyIntolerance: 'condition',
  FamilyMemberHistory: 'condition',
  ImagingStudy: 'imaging',
  Media: 'imaging',
  Specimen: 'laboratory',
  Medication: 'medication',
  MedicationRequest: 'medication',
  MedicationAdministration: 'medication',
  MedicationDispense: 'medication',
  MedicationStatement: 'medication',
  Immunization: 'immunization',
  Procedure: 'procedure',
  Device: 'procedure',
  SupplyDelivery: 'procedure',
  DocumentReference: 'clinical-note',
  Composition: 'clinical-note',
  ClinicalImpression: 'clinical-note',
  CarePlan: 'care-plan',
  CareTeam: 'care-plan',
  Goal: 'care-plan',
  Claim: 'claim',
  ClaimResponse: 'claim',
  ExplanationOfBenefit: 'claim',
  Coverage: 'claim',
  Organization: 'provider',
  Location: 'provider',
  Practitioner: 'provider',
  PractitionerRole: 'provider',
};

/**
 * Codes of http://terminology.hl7.org/CodeSystem/observation-category and
 * http://terminology.hl7.org/CodeSystem/v2-0074 (diagnostic service sections). LOINC's codes for kinds of
 * documents and reports (class DOC.ONTOLOGY) follow. So do those of the vital signs profile (FHIR R4,
 * 10.1.3), whose Observations may come without a category.
 */
const CODES: Readonly<Partial<Record<Category, readonly string[]>>> = {
  laboratory: [
    ...['laboratory', 'LAB', 'HM', 'CH', 'MB', 'MCB', 'MYC', 'PAR', 'VR', 'IMM', 'BLB', 'BG'],
    ...['CG', 'CP', 'GE', 'SP', 'SR', 'TX', 'URN', '11502-2'],
  ],
  'vital-signs': [
    ...['vital-signs', '85353-1', '8867-4', '9279-1', '8310-5', '8302-2', '9843-4', '29463-7'],
    ...['39156-5', '85354-9', '8480-6', '8462-4', '2708-6', '59408-5'],
  ],
  imaging: [
    'imaging',
    'RAD',
    'RUS',
    'RX',
    'CT',
    'CTH',
    'NMR',
    'NMS',
    'CUS',
    'OUS',
    'VUS',
    '18748-4',
  ],
  procedure: ['procedure', '28570-0'],
  'clinical-note': [
    ...['34117-2', '51847-2', '11506-3', '18842-5', '11488-4', '34133-9', '34108-1', '11504-8'],
  ],
};
const byCode: ReadonlyMap<string, Category> = new Map(
  Object.entries(CODES).flatMap(([category, codes]) =>
    codes.map((code) => [code, category as Category] as const),
  ),
);

/** What content that is no FHIR belongs to, by its media type. */
const byContentType: Readonly<Record<string, Category>> = {
  'application/dicom': 'imaging',
  'application/pdf': 'clinical-note',
};

/**
 * The category of a resource, by its type. Of observations, reports and documents the codes of their
 * category decide. Where those say nothing, their own code decides.
 *
 * @example
 * categoryOf({ resourceType: 'MedicationRequest' }); // 'medication'
 */
export function categoryOf(resource: FhirResource): Category {
  const { resourceType } = resource;
  if (resourceType === 'Bundle') return categoryOfBundle(resource);
  const coded = () =>
    [...codesOf(resource['category']), ...codesOf(resource['code']), ...codesOf(resource['type'])]
      .map((code) => byCode.get(code))
      .find((category) => category !== undefined);
  if (resourceType === 'Observation') return coded() ?? 'other';
  if (resourceType === 'DiagnosticReport') return coded() ?? 'laboratory';
  return (
    (resourceType === 'DocumentReference' && coded()) || (ownOf(byType, resourceType) ?? 'other')
  );
}

/** A document is what its Composition is; another Bundle what all its entries are. */
function categoryOfBundle(bundle: FhirResource): Category {
  const entries = asArray(bundle['entry'])
    .map((entry) => asObject(asObject(entry)?.['resource']))
    .filter((one) => typeof one?.['resourceType'] === 'string') as unknown as FhirResource[];
  const [first] = entries;
  if (first?.resourceType === 'Composition') return categoryOf(first);
  const found = new Set(entries.map(categoryOf));
  const [category, ...more] = found;
  return category !== undefined && more.length === 0 ? category : 'other';
}

/**
 * The category of any content.
 *
 * @example
 * categoryOfContent('application/dicom'); // 'imaging'
 */
export function categoryOfContent(contentType: string): Category {
  const [media = ''] = contentType.split(';');
  return ownOf(byContentType, media.trim().toLowerCase()) ?? 'other';
}

/** Codes of a CodeableConcept or a list of them. */
function codesOf(concepts: unknown): string[] {
  return asArray(concepts)
    .flatMap((concept) => asArray(asObject(concept)?.['coding']))
    .map((coding) => asObject(coding)?.['code'])
    .filter((code) => typeof code === 'string');
}
