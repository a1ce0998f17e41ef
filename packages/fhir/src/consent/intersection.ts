import type { Criteria } from './criterion.js';
import { bothGrantees } from './grantee.js';

/**
 * What meets the criteria of a provision and of the one around it.
 *
 * @returns undefined where nothing can
 */
export function both(outer: Criteria, inner: Criteria | undefined): Criteria | undefined {
  if (!inner) return outer;
  const lists = ['categoryTags', 'labelTags', 'records', 'purposes'] as const;
  const merged: Record<string, unknown> = { ...outer, ...inner };
  for (const name of lists) {
    const [one, other]: (readonly string[] | undefined)[] = [outer[name], inner[name]];
    if (!one || !other) continue;
    merged[name] = one.filter((value) => other.includes(value));
  }
  if (outer.grantees && inner.grantees) {
    merged['grantees'] = outer.grantees.flatMap((one) =>
      (inner.grantees ?? []).flatMap((other) => bothGrantees(one, other) ?? []),
    );
  }
  merged['notBefore'] = later(outer.notBefore, inner.notBefore);
  merged['notAfter'] = earlier(outer.notAfter, inner.notAfter);
  if (outer.maxUses !== undefined && inner.maxUses !== undefined) {
    merged['maxUses'] = Math.min(outer.maxUses, inner.maxUses);
  }
  if (outer.onward === false) merged['onward'] = false;
  if (outer.obligations && inner.obligations) {
    merged['obligations'] = [...new Set([...outer.obligations, ...inner.obligations])];
  }
  const isEmpty = [...lists, 'grantees'].some(
    (name) => Array.isArray(merged[name]) && merged[name].length === 0,
  );
  return isEmpty
    ? undefined
    : Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== undefined));
}

function later(one: string | undefined, other: string | undefined): string | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return Date.parse(one) > Date.parse(other) ? one : other;
}

function earlier(one: string | undefined, other: string | undefined): string | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return Date.parse(one) < Date.parse(other) ? one : other;
}
