import { isDeepStrictEqual } from 'node:util';
import { deniedPurposes, purposeOfUse, type PurposeOfUse } from '@salus/protocol';
import type { Criteria } from './criterion.js';

/**
 * A permit inside a deny. On the ledger deny overrides every permit, so the exception has to be taken out
 * of the deny itself. That is possible where it differs from the deny in purposes alone or in categories
 * alone. Both are lists whose whole is known. A purpose can't be taken out while a wider one stays denied.
 *
 * @param allCategoryTags - of all categories that there are
 * @returns what is left of the deny, `nothing` where the exceptions cover all of it; undefined where an
 *   exception can't be taken out
 */
export function without(
  deny: Criteria,
  exceptions: readonly Criteria[],
  allCategoryTags: readonly string[],
): Criteria | 'nothing' | undefined {
  const wholes = {
    purposes: purposeOfUse.options as readonly string[],
    categoryTags: allCategoryTags,
  } as const;
  for (const [name, whole] of Object.entries(wholes) as [
    keyof typeof wholes,
    readonly string[],
  ][]) {
    const fits = exceptions.every(
      (exception) =>
        exception[name] !== undefined &&
        isDeepStrictEqual(applicability(exception, name), applicability(deny, name)),
    );
    if (!fits) continue;
    const excepted = new Set<string>(exceptions.flatMap((exception) => exception[name] ?? []));
    const left = (deny[name] ?? whole).filter((value) => !excepted.has(value));
    // A wider purpose that stays denied would take the excepted one along.
    if (
      name === 'purposes' &&
      deniedPurposes(left as PurposeOfUse[]).some((one) => excepted.has(one))
    ) {
      continue;
    }
    return left.length === 0 ? 'nothing' : { ...deny, [name]: left };
  }
  return undefined;
}

/** Everything that decides when criteria apply, but one of them. */
function applicability(criteria: Criteria, but: keyof Criteria): Partial<Criteria> {
  const rest: Record<string, unknown> = { ...criteria };
  for (const name of [but, 'maxUses', 'onward', 'obligations']) Reflect.deleteProperty(rest, name);
  return rest;
}
