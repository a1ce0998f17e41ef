import type { ImportedResource } from '../resource.js';
import { asArray, asObject, asText } from '../values.js';
import { deidentify, type BundledResource, type DeidOptions } from './deidentify.js';
import { withExactNumbers } from './exact.js';
import { IdentifyingText } from './identifying-text.js';
import { suppressRare, type PatientResources, type RareValueOptions } from './rare-values.js';

export interface CohortOptions extends Pick<DeidOptions, 'profile' | 'key' | 'asOf'> {
  /** Suppresses rare values where given. */
  readonly rare?: RareValueOptions;
}

export interface DeidentifiedCohort {
  /** In the order of the patients; what belongs to no patient comes last. */
  readonly resources: readonly BundledResource[];
  readonly patients: number;
  readonly takenOut: Readonly<Record<string, number>>;
  readonly suppressed: Readonly<Record<string, number>>;
}

/** Elements that say whose a resource is. */
const SUBJECTS = ['subject', 'patient', 'beneficiary', 'individual'] as const;

/** De-identifies the resources of any number of patients, each patient's dates by its own shift. */
export function deidentifyCohort(
  resources: readonly ImportedResource[],
  { rare, ...options }: CohortOptions,
): DeidentifiedCohort {
  const identifying = new IdentifyingText(resources.map(({ resource }) => resource));
  const takenOut = new Map<string, number>();
  const groups = byPatient(resources.map(withExactNumbers)).map(
    ([patient, own]): PatientResources => {
      const isPatientKnown = own.some(({ resource }) => resource.resourceType === 'Patient');
      const result = deidentify(own, { ...options, patient, identifying, isPatientKnown });
      for (const [type, count] of Object.entries(result.takenOut)) {
        takenOut.set(type, (takenOut.get(type) ?? 0) + count);
      }
      return { patient, resources: result.resources };
    },
  );
  const patients = groups.filter(({ patient }) => patient !== NOBODY);
  const others = groups.filter(({ patient }) => patient === NOBODY);
  const result = rare ? suppressRare(patients, rare) : { patients, suppressed: {} };
  return {
    resources: [...result.patients, ...others].flatMap((group) => group.resources),
    patients: patients.length,
    takenOut: Object.fromEntries(takenOut),
    suppressed: result.suppressed,
  };
}

/** Stands for what belongs to no patient. */
const NOBODY = '';

function byPatient(
  resources: readonly ImportedResource[],
): (readonly [string, readonly ImportedResource[]])[] {
  const names = new Map<string, string>();
  for (const { name, fullUrl, resource } of resources) {
    if (resource.resourceType !== 'Patient') continue;
    const patient = resource.id ?? name;
    names.set(name, patient);
    if (fullUrl !== undefined) names.set(fullUrl, patient);
  }
  const groups = new Map<string, ImportedResource[]>();
  for (const one of resources) {
    const patient = patientOf(one, names);
    groups.set(patient, [...(groups.get(patient) ?? []), one]);
  }
  // A file of one patient is that patient's, with what refers to nobody (Provenance) as well.
  if (names.size > 0 && new Set(names.values()).size === 1) {
    const [patient = NOBODY] = names.values();
    return [[patient, resources]];
  }
  return [...groups];
}

function patientOf(
  { name, resource }: ImportedResource,
  names: ReadonlyMap<string, string>,
): string {
  if (resource.resourceType === 'Patient') return resource.id ?? name;
  for (const element of SUBJECTS) {
    const reference = asText(asObject(asArray(resource[element])[0])?.['reference']);
    if (reference === undefined) continue;
    const patient = names.get(reference.replace(/\/_history\/.*$/, ''));
    // Of a patient who isn't here themselves, the reference is the name.
    if (patient !== undefined) return patient;
    if (element !== 'subject' || /(?:^|\/)Patient\/|^urn:/.test(reference)) return reference;
  }
  return NOBODY;
}
