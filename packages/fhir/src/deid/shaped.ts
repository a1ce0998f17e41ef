import { SYSTEM } from '../systems.js';
import { asArray, asObject } from '../values.js';
import type { Shape } from './allow-list.js';
import type { DeidContext } from './context.js';

/** What R4 has for an element that is there and may not be shown (FHIR R4, data-absent-reason). */
export const MASKED = {
  extension: [{ url: SYSTEM.dataAbsentReason, valueCode: 'masked' }],
} as const;

/** The elements of a shape, each by its kind; undefined where nothing is left. */
export function shaped(
  value: unknown,
  shape: Shape,
  context: DeidContext,
): Record<string, unknown> | undefined {
  const object = asObject(value);
  if (!object) return undefined;
  const result: Record<string, unknown> = {};
  for (const [marked, rule] of Object.entries(shape)) {
    const name = marked.replace('!', '');
    if (!Object.hasOwn(object, name)) continue;
    const given = object[name];
    const items = asArray(given)
      .map((item) =>
        typeof rule === 'function' ? rule(item, context) : shaped(item, rule, context),
      )
      .filter((item) => item !== undefined);
    if (items.length > 0) result[name] = Array.isArray(given) ? items : items[0];
    else if (marked !== name) mask(result, name, given);
  }
  return Object.keys(result).length > 0 ? result : undefined;
}

function mask(result: Record<string, unknown>, name: string, given: unknown): void {
  const isComplex = asArray(given).some((item) => asObject(item) !== undefined);
  // A primitive's extensions stand beside it (FHIR R4, 2.6.2.3).
  const value = Array.isArray(given) ? [MASKED] : MASKED;
  result[isComplex ? name : `_${name}`] = value;
}
