import { SalusError } from '@salus/protocol';
import { References } from './references.js';
import type { ImportedResource } from './resource.js';
import { asArray, asObject, asText } from './values.js';

/** Elements that say which patient a resource is about. */
const SUBJECTS = ['subject', 'patient', 'beneficiary', 'individual', 'for'] as const;

/** Resources of one patient, and what of others was left out. */
export interface OfOnePatient {
  readonly resources: readonly ImportedResource[];
  readonly leftOut: number;
}

/**
 * Takes the resources of one patient. Those that name nobody belong to the patient as well.
 *
 * @param subject - `Patient/ID` or fullUrl of the patient, where the resources are of several
 * @throws SalusError `ERR_CONFLICT` where they are of several patients and none is named;
 *   `ERR_NOT_FOUND` where nothing is of the one who is named
 */
export function ofOnePatient(
  resources: readonly ImportedResource[],
  subject?: string,
): OfOnePatient {
  const references = new References(resources);
  const patients = resources.map((one) => patientOf(one, references));
  const linked = linkedTo(resources, references);
  const canonical = (patient: string) => linked.get(patient) ?? patient;
  const found = new Set(patients.flatMap((one) => (one === undefined ? [] : canonical(one))));
  if (subject === undefined) {
    const [one, other] = found;
    if (one === undefined || other === undefined) return { resources, leftOut: 0 };
    throw new SalusError('ERR_CONFLICT', `The resources are of ${found.size} patients`, {
      argument: 'subject',
      expected: 'the resources of one patient',
      got: `${found.size} patients`,
      remedy:
        'Name one of them as subject (--subject Patient/ID), and import the others each into a record of their own.',
    });
  }
  const target = references.find(subject);
  const named = canonical(target === undefined ? subject : keyOf(target));
  if (!found.has(named)) {
    throw new SalusError('ERR_NOT_FOUND', 'No resource is of the patient who is named as subject', {
      argument: 'subject',
      remedy: 'Name the patient as the resources do: Patient/ID, or the fullUrl of the entry.',
    });
  }
  const own = resources.filter((_, at) => {
    const patient = patients[at];
    return patient === undefined || canonical(patient) === named;
  });
  return { resources: own, leftOut: resources.length - own.length };
}

/** Whose a resource is, by what it refers to; undefined where it names no patient. */
function patientOf(one: ImportedResource, references: References): string | undefined {
  const { resource } = one;
  if (resource.resourceType === 'Patient') return keyOf(one);
  for (const name of SUBJECTS) {
    for (const value of asArray(resource[name])) {
      const reference = asText(asObject(value)?.['reference']);
      if (reference === undefined || reference.startsWith('#')) continue;
      const target = references.find(reference, one);
      if (target?.resource.resourceType === 'Patient') return keyOf(target);
      if (
        target === undefined &&
        /(?:^|\/)Patient\/[^/?]+(?:\/_history\/[^/]+)?$/.test(reference)
      ) {
        return reference.replace(/\/_history\/.*$/, '');
      }
    }
  }
  return undefined;
}

/** Patients that another one replaces or refers to as the same person (`Patient.link`). */
function linkedTo(
  resources: readonly ImportedResource[],
  references: References,
): ReadonlyMap<string, string> {
  const linked = new Map<string, string>();
  for (const one of resources) {
    if (one.resource.resourceType !== 'Patient') continue;
    for (const link of asArray(one.resource['link'])) {
      const { type, other } = asObject(link) ?? {};
      if (type !== 'replaced-by' && type !== 'replaces') continue;
      const reference = asText(asObject(other)?.['reference']);
      const target = reference === undefined ? undefined : references.find(reference, one);
      if (!target) continue;
      const [from, to] = type === 'replaced-by' ? [one, target] : [target, one];
      if (keyOf(from) !== keyOf(to)) linked.set(keyOf(from), keyOf(to));
    }
  }
  return linked;
}

function keyOf({ name, fullUrl }: ImportedResource): string {
  return fullUrl ?? name;
}
