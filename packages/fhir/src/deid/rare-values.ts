import { canonicalJson, type Json } from '@salus/protocol';
import { ExactNumber } from '../exact-json.js';
import { asArray, asObject } from '../values.js';
import type { BundledResource } from './deidentify.js';
import { MASKED } from './shaped.js';

/** De-identified resources of one patient. */
export interface PatientResources {
  readonly patient: string;
  readonly resources: readonly BundledResource[];
}

export interface RareValueOptions {
  /** A value stays that at least so many patients have. */
  readonly k: number;
  /** `Type.element…`, e.g. `Condition.code` or `Patient.address.state`. */
  readonly quasiIdentifiers?: readonly string[];
}

/** What could tell a patient from the others by being rare. */
export const QUASI_IDENTIFIERS: readonly string[] = [
  'Patient.gender',
  'Patient.birthDate',
  'Patient.address',
  'Patient.maritalStatus',
  'Patient.communication',
  'Patient.extension',
  'Condition.code',
  'Procedure.code',
  'AllergyIntolerance.code',
  'MedicationRequest.medicationCodeableConcept',
  'Encounter.reasonCode',
];

/** R4 demands these: they are masked, the others left out. */
const DEMANDED: ReadonlySet<string> = new Set([
  'Observation.code',
  'MedicationRequest.medicationCodeableConcept',
]);

export interface Suppressed {
  readonly patients: readonly PatientResources[];
  /** How many values went, by path. */
  readonly suppressed: Readonly<Record<string, number>>;
}

/**
 * Suppresses rare values over a cohort: each value of a quasi-identifier that fewer than `k` patients have.
 * Where fewer than `k` patients share all of a patient's own quasi-identifiers (those of `Patient`), it
 * suppresses these too (k-anonymity: Sweeney 2002).
 */
export function suppressRare(
  patients: readonly PatientResources[],
  { k, quasiIdentifiers = QUASI_IDENTIFIERS }: RareValueOptions,
): Suppressed {
  const suppressed = new Map<string, number>();
  const paths = quasiIdentifiers.map(parsePath);
  const copies = copyOf(patients) as PatientResources[];
  for (const path of paths) {
    const byValue = new Map<string, Set<string>>();
    visit(copies, path, (value, patient) => {
      const known = byValue.get(value) ?? new Set<string>();
      byValue.set(value, known.add(patient));
      return true;
    });
    visit(copies, path, (value) => {
      const isCommon = (byValue.get(value)?.size ?? 0) >= k;
      if (!isCommon) countOne(suppressed, path.text);
      return isCommon;
    });
  }
  suppressCombinations(
    copies,
    paths.filter(({ type }) => type === 'Patient'),
    k,
    suppressed,
  );
  return { patients: copies, suppressed: Object.fromEntries(suppressed) };
}

/** A copy of lists and plain objects, whose numbers keep their digits. */
function copyOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copyOf);
  if (typeof value !== 'object' || value === null || value instanceof ExactNumber) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, copyOf(item)]));
}

function countOne(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

interface ElementPath {
  readonly text: string;
  readonly type: string;
  readonly elements: readonly string[];
}

function parsePath(text: string): ElementPath {
  const [type = '', ...elements] = text.split('.');
  return { text, type, elements };
}

function suppressCombinations(
  patients: readonly PatientResources[],
  paths: readonly ElementPath[],
  k: number,
  suppressed: Map<string, number>,
): void {
  const together = patients.map((one) => {
    const values: string[] = [];
    for (const path of paths)
      visit([one], path, (value) => values.push(`${path.text}=${value}`) > 0);
    return values.join('\n');
  });
  const counts = new Map<string, number>();
  for (const values of together) counts.set(values, (counts.get(values) ?? 0) + 1);
  patients.forEach((one, index) => {
    if ((counts.get(together[index] ?? '') ?? 0) >= k) return;
    for (const path of paths) {
      visit([one], path, () => {
        countOne(suppressed, path.text);
        return false;
      });
    }
  });
}

/** Calls for each value at a path; one that isn't to be kept goes. */
function visit(
  patients: readonly PatientResources[],
  { text, type, elements }: ElementPath,
  keep: (value: string, patient: string) => boolean,
): void {
  for (const { patient, resources } of patients) {
    for (const { resource } of resources) {
      if (resource.resourceType !== type) continue;
      visitElement(resource, elements, DEMANDED.has(text), (value) => keep(value, patient));
    }
  }
}

function visitElement(
  parent: Record<string, unknown>,
  [name, ...rest]: readonly string[],
  isDemanded: boolean,
  keep: (value: string) => boolean,
): void {
  if (name === undefined || !Object.hasOwn(parent, name)) return;
  if (rest.length > 0) {
    for (const item of asArray(parent[name])) {
      const object = asObject(item);
      if (object) visitElement(object, rest, isDemanded, keep);
    }
    return;
  }
  const given = parent[name];
  const left = asArray(given).filter((item) => keep(canonicalJson(item as Json)));
  if (left.length > 0) parent[name] = Array.isArray(given) ? left : left[0];
  else if (isDemanded) parent[name] = MASKED;
  else Reflect.deleteProperty(parent, name);
}
