import type { FhirResource } from './resource.js';

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
 * http://terminology.hl7.org/CodeSystem/v2-0074 (diagnostic service sections), and the LOINC class
 * of notes that US Core uses for reports.
 */
const byCode: Readonly<Record<string, Category>> = {
  laboratory: 'laboratory',
  LAB: 'laboratory',
  HM: 'laboratory',
  'vital-signs': 'vital-signs',
  imaging: 'imaging',
  RAD: 'imaging',
  '34117-2': 'clinical-note',
  '51847-2': 'clinical-note',
};

/**
 * The category of a resource, by its type, and for observations and reports by their category codes.
 *
 * @example
 * categoryOf({ resourceType: 'MedicationRequest' }); // 'medication'
 */
export function categoryOf(resource: FhirResource): Category {
  const coded = codesOf(resource['category'])
    .map((code) => byCode[code])
    .find((category) => category !== undefined);
  if (resource.resourceType === 'Observation') return coded ?? 'other';
  if (resource.resourceType === 'DiagnosticReport') return coded ?? 'laboratory';
  return byType[resource.resourceType] ?? 'other';
}

/** Codes of a list of CodeableConcepts. */
function codesOf(concepts: unknown): string[] {
  return asArray(concepts)
    .flatMap((concept) => asArray((concept as { coding?: unknown } | null)?.coding))
    .map((coding) => (coding as { code?: unknown } | null)?.code)
    .filter((code) => typeof code === 'string');
}

function asArray(value: unknown): unknown[] {
  if (Array.isArray(value)) return value as unknown[];
  return value === undefined || value === null ? [] : [value];
}
