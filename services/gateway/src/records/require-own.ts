import type { Patient } from '@medplum/fhirtypes';
import { SalusError } from '@salus/protocol';
import { resourcesIn } from '../auth/resources-in.js';
import { notFound } from '../errors/refusal.js';
import { fits, sharedNumbers } from '../matching/grade.js';
import type { IndexedPatient, MasterIndex } from '../matching/master-index.js';
import { readPerson, type Person } from '../matching/person.js';

/** Elements by which a resource names the patient whom it is about. */
const SUBJECTS = ['subject', 'patient', 'beneficiary', 'for', 'individual'] as const;

type Number = Person['identifiers'][number];

/**
 * Refuses resources of another patient than the one they are written for, as far as the hospital's own index
 * can tell: a Patient that is somebody else, and a reference to somebody else's number or pseudonym. A patient
 * whom the index does not know yet is not judged: nothing is written for it before it does.
 *
 * @throws SalusError `ERR_CONFLICT`, `ERR_FHIR_INVALID`
 */
export function requireOwn(given: readonly unknown[], index: MasterIndex, pseudonym: string): void {
  const known = index.get(pseudonym);
  if (!known) return;
  const resources = given.flatMap(resourcesIn);
  const patients = resources.filter((one): one is Patient => one.resourceType === 'Patient');
  // A document may name relatives: one of its patients is the one whom it is about.
  if (patients.length > 0 && !patients.some((one) => fits(readPerson(one), known.person))) {
    throw ofAnother('Patient');
  }
  for (const resource of resources) {
    for (const name of SUBJECTS) {
      const { [name]: subject } = resource as Partial<Record<(typeof SUBJECTS)[number], unknown>>;
      if (isOfAnother(subject, index, known)) throw ofAnother(`${resource.resourceType}.${name}`);
    }
  }
}

/**
 * The patient whom a resource names by a number of the own index, as hospitals' systems do that know no pseudonym.
 *
 * @returns undefined where it names none
 * @throws SalusError `ERR_CONFLICT` where several have the number, `ERR_NOT_FOUND` where nobody has
 */
export function patientByNumber(subject: unknown, index: MasterIndex): string | undefined {
  const number = numberOf((subject as { readonly identifier?: unknown } | undefined)?.identifier);
  if (!number) return undefined;
  const [found, ...more] = index.byIdentifier(number.system, number.value);
  if (!found) throw notFound('patient in the own index');
  if (more.length === 0) return found.pseudonym;
  throw new SalusError('ERR_CONFLICT', 'Several patients of the own index have this number', {
    argument: 'subject.identifier',
    remedy: 'Name the patient by the pseudonym, which $match tells.',
  });
}

function ofAnother(argument: string): SalusError {
  return new SalusError('ERR_CONFLICT', 'This is about another patient than the one named', {
    argument,
    remedy:
      "Compare the Patient with the hospital's own index ($match), and name the patient whom it is about.",
  });
}

/** Whether a reference leads to a patient of the index who isn't the known one, or to another number. */
function isOfAnother(subject: unknown, index: MasterIndex, known: IndexedPatient): boolean {
  const { reference, identifier } = (subject ?? {}) as {
    readonly reference?: unknown;
    readonly identifier?: unknown;
  };
  const pseudonym = pseudonymIn(reference);
  if (pseudonym !== known.pseudonym && index.get(pseudonym)) return true;
  return [numberOf(identifier), numberIn(reference)].some((number) => {
    if (!number) return false;
    const found = index.byIdentifier(number.system, number.value);
    if (found.length > 0) return !found.some((one) => one.pseudonym === known.pseudonym);
    return sharedNumbers({ identifiers: [number] }, known.person) === 'different';
  });
}

/** The pseudonym in `Patient/{id}`, relative or absolute; empty for another reference. */
function pseudonymIn(reference: unknown): string {
  if (typeof reference !== 'string') return '';
  const [, id = ''] = /(?:^|\/)Patient\/([A-Za-z0-9.-]{43,64})$/.exec(reference) ?? [];
  return id.replaceAll('.', '_');
}

/** The number in a conditional reference, `Patient?identifier=system|value`. */
function numberIn(reference: unknown): Number | undefined {
  const [, query] =
    /(?:^|\/)Patient\?(.*)$/.exec(typeof reference === 'string' ? reference : '') ?? [];
  const [system, value] = new URLSearchParams(query).get('identifier')?.split('|') ?? [];
  return numberOf({ system, value });
}

function numberOf(identifier: unknown): Number | undefined {
  const { system, value } = (identifier ?? {}) as { system?: unknown; value?: unknown };
  return typeof system === 'string' && typeof value === 'string' ? { system, value } : undefined;
}
