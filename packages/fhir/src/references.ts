import { SalusError } from '@salus/protocol';
import { serverOf } from './identity.js';
import type { ImportedResource } from './resource.js';
import { asArray, asObject, asText, objectsIn } from './values.js';

/** How to take references that lead out of what is imported. */
export interface ReferenceOptions {
  /** `true` lets `Type/id` lead to another server; `urn:` and `#` must resolve in any case. */
  readonly allowExternal?: boolean;
  /** References whose target whoever imports knows, such as that of the patient at the own server. */
  readonly known?: readonly string[];
}

/** A reference that leads nowhere. */
export interface BrokenReference {
  readonly from: string;
  /** Path of the element, e.g. `subject.reference`. */
  readonly path: string;
  readonly reference: string;
}

const RELATIVE = /^[A-Z][A-Za-z]+\/[A-Za-z0-9\-.]{1,64}(\/_history\/[A-Za-z0-9\-.]{1,64})?$/;

/** Finds what references lead to among resources (FHIR R4, 2.36.4.1 resolving references in bundles). */
export class References {
  readonly #byUrl = new Map<string, ImportedResource>();
  readonly #byName = new Map<string, ImportedResource[]>();

  constructor(resources: readonly ImportedResource[]) {
    for (const one of resources) {
      const { name, fullUrl } = one;
      if (fullUrl !== undefined) this.#byUrl.set(withoutVersion(fullUrl), one);
      this.#byName.set(name, [...(this.#byName.get(name) ?? []), one]);
    }
  }

  /**
   * The resource that a reference leads to. A fullUrl of any scheme counts as it stands. `Type/id` is first looked for
   * on the referring resource's own server. Elsewhere it has to lead to one resource alone.
   */
  find(reference: string, from?: ImportedResource): ImportedResource | undefined {
    const bare = withoutVersion(reference.split('#')[0] ?? '');
    const exact = this.#byUrl.get(bare);
    if (exact || !RELATIVE.test(bare)) return exact ?? this.#single(bare, from);
    const server = serverOf(from?.fullUrl);
    return this.#byUrl.get(`${server ?? ''}${bare}`) ?? this.#single(bare, from);
  }

  #single(name: string, from: ImportedResource | undefined): ImportedResource | undefined {
    const [first, ...more] = this.#byName.get(name) ?? [];
    const server = serverOf(from?.fullUrl);
    // On a server of its own the other one would be another resource.
    const isElsewhere = (one?: ImportedResource) =>
      server !== undefined && (serverOf(one?.fullUrl) ?? server) !== server;
    return more.every(({ text }) => text === first?.text) && !isElsewhere(first)
      ? first
      : undefined;
  }
}

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
  { allowExternal = false, known: vouched = [] }: ReferenceOptions = {},
): readonly BrokenReference[] {
  const known = new References(resources);
  return resources.flatMap((item) => {
    const inside = nestedUrls(item.resource);
    const contained = containedIds(item.resource);
    const resolves = (reference: string): boolean => {
      if (reference === '#') return true;
      if (reference.startsWith('#')) return contained.has(reference.slice(1));
      const bare = withoutVersion(reference.split('#')[0] ?? '');
      if (inside.has(bare) || vouched.includes(bare)) return true;
      if (known.find(reference, item) !== undefined) return true;
      return RELATIVE.test(bare) ? allowExternal : isElsewhere(bare);
    };
    return [...referencesIn(item.resource, '')]
      .filter(({ reference }) => !resolves(reference))
      .map((found) => ({ from: `${item.name} (${item.origin})`, ...found }));
  });
}

function withoutVersion(reference: string): string {
  return reference.replace(/\/_history\/.*$/, '');
}

function isElsewhere(reference: string): boolean {
  return /^https?:\/\//.test(reference) || /^[A-Z][A-Za-z]+\?/.test(reference);
}

/** What the entries of Bundles inside a resource are referred to by: each Bundle is a scope of its own. */
function nestedUrls(resource: Readonly<Record<string, unknown>>): ReadonlySet<string> {
  const urls = new Set<string>();
  for (const object of objectsIn(resource)) {
    if (object['resourceType'] !== 'Bundle') continue;
    for (const entry of asArray(object['entry'])) {
      const fullUrl = asText(asObject(entry)?.['fullUrl']);
      const { resourceType, id } = asObject(asObject(entry)?.['resource']) ?? {};
      if (fullUrl !== undefined) urls.add(withoutVersion(fullUrl));
      if (typeof resourceType === 'string' && typeof id === 'string') {
        urls.add(`${resourceType}/${id}`);
      }
    }
  }
  return urls;
}

/** IDs of contained resources, of those inside nested Bundles too. */
function containedIds(resource: Readonly<Record<string, unknown>>): ReadonlySet<string> {
  const ids = new Set<string>();
  for (const object of objectsIn(resource)) {
    for (const one of asArray(object['contained'])) {
      const id = asText(asObject(one)?.['id']);
      if (id !== undefined) ids.add(id);
    }
  }
  return ids;
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
