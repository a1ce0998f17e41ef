import { SalusError, sha256Hex } from '@salus/protocol';
import type { FhirResource, ImportedResource } from './resource.js';
import { asArray, asObject, asText } from './values.js';

/** A RESTful URL of a resource: server, type, ID, and perhaps version (FHIR R4, 3.1.0.1.1). */
const RESTFUL = /^(https?:\/\/.+\/)([A-Z][A-Za-z]+)\/([A-Za-z0-9\-.]{1,64})(?:\/_history\/[^/]+)?$/;

/** The server that a fullUrl names, with its last slash; undefined for `urn:uuid:` and the like. */
export function serverOf(fullUrl: string | undefined): string | undefined {
  return RESTFUL.exec(fullUrl ?? '')?.[1];
}

/**
 * Says which resources are the same one. It is the server, type and ID, as far as they are known. Without an ID it is
 * a business identifier, else the content itself. A place in a file is none: the next file has another resource there.
 *
 * @returns one identity for each resource, in their order
 * @throws SalusError `ERR_FHIR_INVALID` where two resources with one type and ID have two contents
 * @example
 * identitiesOf(readFhirText(text, 'bundle.json')); // ['Patient/p', 'https://a.example/fhir/Observation/7', …]
 */
export function identitiesOf(resources: readonly ImportedResource[]): readonly string[] {
  const first = new Map<string, ImportedResource>();
  const shared = new Set<string>();
  const named = resources.map((one) => byIdOrIdentifier(one));
  resources.forEach((one, at) => {
    const { identity, isById } = named[at] ?? {};
    if (identity === undefined) return;
    const other = first.get(identity);
    first.set(identity, other ?? one);
    if (other === undefined || other.text === one.text) return;
    if (isById === true) throw twoContents(identity, other, one);
    // An order's number may be on each result of it.
    shared.add(identity);
  });
  return resources.map(({ resource, text }, at) => {
    const { identity } = named[at] ?? {};
    if (identity !== undefined && !shared.has(identity)) return identity;
    return `${resource.resourceType}#${sha256Hex(Buffer.from(text))}`;
  });
}

interface Named {
  readonly identity: string;
  readonly isById: boolean;
}

function byIdOrIdentifier({ resource, fullUrl }: ImportedResource): Named | undefined {
  const { resourceType, id } = resource;
  const [, server, type, urlId] = RESTFUL.exec(fullUrl ?? '') ?? [];
  const known = id ?? (type === resourceType ? urlId : undefined);
  if (known !== undefined) {
    const base = type === resourceType && urlId === known ? (server ?? '') : '';
    return { identity: `${base}${resourceType}/${known}`, isById: true };
  }
  const identifier = businessIdentifier(resource);
  return identifier === undefined
    ? undefined
    : { identity: `${resourceType}?identifier=${identifier}`, isById: false };
}

/** The first identifier with system and value that is in use. */
function businessIdentifier(resource: FhirResource): string | undefined {
  for (const one of asArray(resource['identifier'])) {
    const { system, value, use } = asObject(one) ?? {};
    const isUsed = use !== 'old' && use !== 'temp';
    if (isUsed && asText(system) !== undefined && asText(value) !== undefined) {
      return `${system as string}|${value as string}`;
    }
  }
  return undefined;
}

function twoContents(identity: string, one: ImportedResource, other: ImportedResource): SalusError {
  return new SalusError(
    'ERR_FHIR_INVALID',
    `${one.origin} and ${other.origin} are both ${identity}, with two contents`,
    {
      argument: other.origin,
      expected: 'each resource once',
      remedy:
        'Where they are of two servers, give each entry its fullUrl. Import versions one after another, the oldest first.',
    },
  );
}
