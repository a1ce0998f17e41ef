import { SalusError } from '@salus/protocol';
import type { ImportedResource } from './resource.js';

/** How to take references that lead out of what is imported. */
export interface ReferenceOptions {
  /** `true` lets `Type/id` lead to another server; `urn:` and `#` must resolve in any case. */
  readonly allowExternal?: boolean;
}

/** A reference that leads nowhere. */
export interface BrokenReference {
  readonly from: string;
  /** Path of the element, e.g. `subject.reference`. */
  readonly path: string;
  readonly reference: string;
}

const RELATIVE = /^[A-Z][A-Za-z]+\/[A-Za-z0-9\-.]{1,64}(\/_history\/[A-Za-z0-9\-.]{1,64})?$/;

/**
 * Checks that all references resolve (FHIR R4, 2.36.4.1 resolving references in bundles).
 *
 * Absolute URLs and conditional references (`Practitioner?identifier=…`) point to other servers and
 * are left alone.
 *
 * @throws SalusError `ERR_FHIR_BROKEN_REFERENCE` naming the first and how many more there are
 */
export function checkReferences(
  resources: readonly ImportedResource[],
  options: ReferenceOptions = {},
): void {
  const broken = brokenReferences(resources, options);
  const [first] = broken;
  if (!first) return;
  const more = broken.length > 1 ? `, and ${broken.length - 1} more like it` : '';
  throw new SalusError(
    'ERR_FHIR_BROKEN_REFERENCE',
    `${first.from} refers at ${first.path} to ${first.reference}, which is not among the resources${more}`,
    {
      argument: first.path,
      expected: 'a resource in the same import',
      got: first.reference,
    },
  );
}

/** All references that lead nowhere, in the order of the resources. */
export function brokenReferences(
  resources: readonly ImportedResource[],
  { allowExternal = false }: ReferenceOptions = {},
): readonly BrokenReference[] {
  const known = new Set(
    resources.flatMap(({ name, fullUrl }) => (fullUrl === undefined ? [name] : [name, fullUrl])),
  );
  return resources.flatMap((item) => {
    const contained = new Set(containedIds(item.resource));
    const resolves = (reference: string): boolean => {
      if (reference === '#') return true;
      if (reference.startsWith('#')) return contained.has(reference.slice(1));
      const [bare = ''] = reference.split('#');
      if (reference.startsWith('urn:')) return known.has(bare);
      if (!RELATIVE.test(bare)) return isElsewhere(bare);
      return allowExternal || known.has(bare.replace(/\/_history\/.*$/, ''));
    };
    return [...referencesIn(item.resource, '')]
      .filter(({ reference }) => !resolves(reference))
      .map((found) => ({ from: `${item.name} (${item.origin})`, ...found }));
  });
}

function isElsewhere(reference: string): boolean {
  return /^https?:\/\//.test(reference) || /^[A-Z][A-Za-z]+\?/.test(reference);
}

function containedIds(resource: Readonly<Record<string, unknown>>): string[] {
  const contained = resource['contained'];
  if (!Array.isArray(contained)) return [];
  return contained
    .map((one: unknown) => (one as { id?: unknown } | null)?.id)
    .filter((id) => typeof id === 'string');
}

function* referencesIn(
  value: unknown,
  path: string,
): Generator<{ path: string; reference: string }, void> {
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) yield* referencesIn(item, `${path}[${index}]`);
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, item] of Object.entries(value)) {
      const at = path === '' ? name : `${path}.${name}`;
      if (name === 'reference' && typeof item === 'string') yield { path: at, reference: item };
      else yield* referencesIn(item, at);
    }
  }
}
