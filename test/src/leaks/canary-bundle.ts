import { randomBytes } from 'node:crypto';

/** A FHIR resource or a part of one. */
type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

/** A bundle whose every text is a word that exists nowhere else. */
export interface CanaryBundle {
  readonly bundle: Json;
  readonly canaries: readonly string[];
  /** What the bundle says of people beside that: dates of birth, identifiers, addresses. */
  readonly identifiers: readonly string[];
}

/** Elements that hold codes and references; changed, they would make another resource of it. */
const STRUCTURE: ReadonlySet<string> = new Set([
  ...[
    'resourceType',
    'id',
    'reference',
    'fullUrl',
    'url',
    'system',
    'code',
    'status',
    'use',
    'type',
  ],
  ...['method', 'intent', 'gender', 'unit', 'contentType', 'mode', 'priority', 'kind', 'profile'],
  ...['lastUpdated', 'versionId', 'criticality', 'currency', 'language', 'comparator', 'category'],
]);
/** Dates, UUIDs and numbers stay, and are searched for as they are. */
const FORMAL = /^(\d{4}(-\d\d){0,2}(T.*)?|[0-9a-f-]{36}|urn:.*|https?:.*|[\d.+-]+)$/;
const IDENTIFYING: ReadonlySet<string> = new Set(['birthDate', 'deceasedDateTime', 'postalCode']);
const SHORTEST = 6;

/** Plants a canary in place of every free text of a bundle, but of institutions and those who work there. */
export function plantCanaries(bundle: unknown): CanaryBundle {
  const institutions = new Set(institutionsIn(bundle));
  const canaries: string[] = [];
  const identifiers = new Set<string>();
  const plant = (value: Json, name: string, inIdentifier: boolean): Json => {
    if (Array.isArray(value)) {
      return (value as readonly Json[]).map((each) => plant(each, name, inIdentifier));
    }
    if (typeof value === 'object' && value !== null) {
      if (isOfStaff(value)) return value;
      const entries = Object.entries(value).map(([member, each]) => [
        member,
        plant(each, member, name === 'identifier'),
      ]);
      return Object.fromEntries(entries) as Json;
    }
    if (typeof value !== 'string' || STRUCTURE.has(name)) return value;
    if (inIdentifier || IDENTIFYING.has(name)) {
      if (value.length >= SHORTEST) identifiers.add(value);
      return value;
    }
    if (FORMAL.test(value) || institutions.has(value)) return value;
    const canary = `Canary-${randomBytes(9).toString('hex')}`;
    canaries.push(canary);
    return name === 'div' ? `<div xmlns="http://www.w3.org/1999/xhtml">${canary}</div>` : canary;
  };
  return {
    bundle: plant(bundle as Json, '', false),
    canaries,
    identifiers: [...identifiers],
  };
}

/** Resources on those who treat the patient: their numbers stand in the private details of records. */
function isOfStaff(value: object): boolean {
  const { resourceType } = value as { resourceType?: unknown };
  return (
    typeof resourceType === 'string' &&
    /^(Organization|Location|Practitioner|PractitionerRole)$/.test(resourceType)
  );
}

function institutionsIn(bundle: unknown): string[] {
  const { entry } = bundle as { entry: { resource: { resourceType: string; name?: unknown } }[] };
  return entry
    .filter(({ resource }) => resource.resourceType === 'Organization')
    .flatMap(({ resource: { name } }) => (typeof name === 'string' ? [name] : []));
}
