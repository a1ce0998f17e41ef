import type { Resource } from '@medplum/fhirtypes';

/**
 * All resources in a value: a resource itself, and those that it hands over as a Bundle's entries or as
 * parameters, to any depth. Contained resources are a part of the one that contains them (FHIR R4, 2.4.6).
 */
export function resourcesIn(value: unknown): readonly Resource[] {
  const found: Resource[] = [];
  const open: unknown[] = [value];
  while (open.length > 0) {
    const one = open.pop();
    if (!isResource(one)) continue;
    found.push(one);
    open.push(...handedOver(one));
  }
  return found;
}

/** The resources that a Bundle or Parameters hands over. */
export function handedOver(resource: Resource): readonly unknown[] {
  const { entry, parameter } = resource as { entry?: unknown; parameter?: unknown };
  if (resource.resourceType === 'Bundle') return listOf(entry).flatMap(inEntry);
  return resource.resourceType === 'Parameters' ? listOf(parameter).flatMap(inParameter) : [];
}

function inEntry(entry: unknown): unknown[] {
  const { resource, response } = (entry ?? {}) as { resource?: unknown; response?: unknown };
  const { outcome } = (response ?? {}) as { outcome?: unknown };
  return [resource, outcome];
}

function inParameter(parameter: unknown): unknown[] {
  const { resource, part } = (parameter ?? {}) as { resource?: unknown; part?: unknown };
  return [resource, ...listOf(part).flatMap(inParameter)];
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : [];
}

export function isResource(value: unknown): value is Resource {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof (value as { resourceType?: unknown }).resourceType === 'string'
  );
}
