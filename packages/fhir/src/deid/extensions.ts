import { asArray, asObject } from '../values.js';
import type { DeidContext } from './context.js';
import { code, coding } from './kinds.js';

const usCore = 'http://hl7.org/fhir/us/core/StructureDefinition';

/**
 * The extensions that may stay, coded parts only; all others go, with birthplace, mother's maiden name
 * and geolocation among them.
 */
const DEMOGRAPHIC: ReadonlySet<string> = new Set([
  `${usCore}/us-core-race`,
  `${usCore}/us-core-ethnicity`,
]);
const BIRTH_SEX = `${usCore}/us-core-birthsex`;

/** Extensions of a resource that stay; undefined where none do. */
export function keptExtensions(value: unknown, context: DeidContext): unknown[] | undefined {
  if (!context.profile.demographics) return undefined;
  const extensions = asArray(value).flatMap((one): unknown[] => {
    const { url, valueCode, extension } = asObject(one) ?? {};
    if (url === BIRTH_SEX) {
      const sex = code(valueCode, context);
      return sex === undefined ? [] : [{ url, valueCode: sex }];
    }
    if (typeof url !== 'string' || !DEMOGRAPHIC.has(url)) return [];
    const parts = asArray(extension).flatMap((part) => {
      const { url: name, valueCoding } = asObject(part) ?? {};
      const found = coding(valueCoding, context);
      const isPart = name === 'ombCategory' || name === 'detailed';
      return isPart && found !== undefined ? [{ url: name, valueCoding: found }] : [];
    });
    return parts.length > 0 ? [{ url, extension: parts }] : [];
  });
  return extensions.length > 0 ? extensions : undefined;
}
