import type { Bundle, BundleEntry, Resource } from '@medplum/fhirtypes';

/** One page of what a search found. */
export interface Page {
  readonly base: string;
  readonly self: string;
  readonly next?: string | undefined;
  readonly total?: number | undefined;
  readonly entries: readonly BundleEntry[];
}

/** The answer to a search that asks for the number alone (FHIR R4, 3.1.1.5.8). */
export function countOnly(base: string, self: string, total: number): Bundle {
  return searchset({ base, self, total, entries: [] });
}

/** A searchset Bundle (FHIR R4, 3.1.1.1). Links are absolute. */
export function searchset({ base, self, next, total, entries }: Page): Bundle {
  return {
    resourceType: 'Bundle',
    type: 'searchset',
    ...(total !== undefined && { total }),
    link: [
      { relation: 'self', url: `${base}/${self}` },
      ...(next === undefined ? [] : [{ relation: 'next', url: `${base}/${next}` }]),
    ],
    ...(entries.length > 0 && { entry: [...entries] }),
  };
}

/** An entry of what a search found. */
export function matchEntry(base: string, resource: Resource): BundleEntry {
  const url = `${base}/${resource.resourceType}/${resource.id ?? ''}`;
  return { fullUrl: url, resource, search: { mode: 'match' } };
}
