import { z } from 'zod';

/** What every FHIR resource has (FHIR R4, 2.26); everything else stays as it is. */
export const resourceSchema = z.looseObject({
  resourceType: z.string().regex(/^[A-Z][A-Za-z]{1,63}$/),
  /** FHIR's `id` type: 2.24.0.1. */
  id: z
    .string()
    .regex(/^[A-Za-z0-9\-.]{1,64}$/)
    .optional(),
  meta: z.looseObject({ versionId: z.string().optional() }).optional(),
});
export type FhirResource = z.infer<typeof resourceSchema>;

/** A resource as it came in. */
export interface ImportedResource {
  readonly resource: FhirResource;
  /** The resource's own text, byte for byte: this is what is encrypted and compared. */
  readonly text: string;
  /** `Patient/example`; for a resource without an ID, its place in the file. It names and does not identify. */
  readonly name: string;
  /** The entry's `fullUrl` in a bundle. */
  readonly fullUrl?: string;
  /** The file and place it came from. */
  readonly origin: string;
}
