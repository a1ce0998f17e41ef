import type { Patient } from '@medplum/fhirtypes';
import { z } from 'zod';
import { SalusError } from '@salus/protocol';

const text = z.string().max(256);
const PART_OF_DATE = /^\d{4}(?:-(?:0[1-9]|1[0-2]))?$/;

/** What a hospital knows of a patient, as far as patients are told apart by it. */
export const personSchema = z.strictObject({
  identifiers: z.array(z.strictObject({ system: text, value: text })).max(32),
  family: text.optional(),
  given: z.array(text).max(8),
  /** A day, a month or a year (FHIR R4, `date`). */
  birthDate: z.union([z.iso.date(), z.string().regex(PART_OF_DATE)]).optional(),
  gender: text.optional(),
  postalCode: text.optional(),
  phone: text.optional(),
});
export type Person = z.output<typeof personSchema>;

/**
 * Takes from a FHIR Patient what persons are told apart by.
 *
 * @throws ZodError for a patient whose members don't have FHIR's form
 */
export function personOf(patient: Patient): Person {
  const name = nameOf(patient);
  const phone = patient.telecom?.find(({ system }) => system === 'phone')?.value;
  const postalCode = patient.address?.find((one) => one.postalCode !== undefined)?.postalCode;
  return personSchema.parse({
    identifiers: (patient.identifier ?? [])
      .filter((one) => one.system !== undefined && one.value !== undefined)
      .map(({ system, value }) => ({ system, value })),
    // R4 has null where a name is told by an extension alone.
    given: (name?.given ?? []).filter((one: unknown) => one !== null),
    ...(name?.family !== undefined && { family: name.family }),
    ...(patient.birthDate !== undefined && { birthDate: patient.birthDate }),
    ...(patient.gender !== undefined && { gender: patient.gender }),
    ...(phone !== undefined && { phone }),
    ...(postalCode !== undefined && { postalCode }),
  });
}

/** The name by which a patient goes: the official one, else the usual one, else one that is not former. */
function nameOf({ name = [] }: Patient) {
  const used = (wanted: string) => name.find(({ use }) => use === wanted);
  return used('official') ?? used('usual') ?? name.find(({ use }) => use !== 'old') ?? name[0];
}

/**
 * As {@link personOf}.
 *
 * @throws SalusError `ERR_FHIR_INVALID`; what was given isn't told
 */
export function readPerson(patient: Patient): Person {
  try {
    return personOf(patient);
  } catch (cause) {
    throw new SalusError('ERR_FHIR_INVALID', 'The Patient does not have the form of R4', { cause });
  }
}
