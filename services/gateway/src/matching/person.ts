import type { Patient } from '@medplum/fhirtypes';
import { z } from 'zod';

const text = z.string().max(256);

/** What a hospital knows of a patient, as far as patients are told apart by it. */
export const personSchema = z.strictObject({
  identifiers: z.array(z.strictObject({ system: text, value: text })).max(32),
  family: text.optional(),
  given: z.array(text).max(8),
  birthDate: z.iso.date().optional(),
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
  const name = patient.name?.find(({ use }) => use === 'official') ?? patient.name?.[0];
  const phone = patient.telecom?.find(({ system }) => system === 'phone')?.value;
  const postalCode = patient.address?.find((one) => one.postalCode !== undefined)?.postalCode;
  return personSchema.parse({
    identifiers: (patient.identifier ?? [])
      .filter((one) => one.system !== undefined && one.value !== undefined)
      .map(({ system, value }) => ({ system, value })),
    given: name?.given ?? [],
    ...(name?.family !== undefined && { family: name.family }),
    ...(patient.birthDate !== undefined && { birthDate: patient.birthDate }),
    ...(patient.gender !== undefined && { gender: patient.gender }),
    ...(phone !== undefined && { phone }),
    ...(postalCode !== undefined && { postalCode }),
  });
}
