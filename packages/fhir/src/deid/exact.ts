import { parseExactly } from '../exact-json.js';
import type { FhirResource, ImportedResource } from '../resource.js';

/** A resource read anew from its text, so that its numbers keep their digits. */
export function withExactNumbers<T extends Pick<ImportedResource, 'text' | 'resource'>>(one: T): T {
  return { ...one, resource: parseExactly(one.text) as FhirResource };
}
