import { spanOf } from '../fhir-time.js';

/** A date parameter (FHIR R4, 3.1.1.4.5): a prefix and a span of time. */
export interface DateCriterion {
  readonly prefix: 'eq' | 'ne' | 'gt' | 'lt' | 'ge' | 'le' | 'sa' | 'eb';
  readonly from: number;
  readonly to: number;
}

/** Reads `ge2026-01`; undefined for what is none. `ap` leaves open how near is near, and isn't taken. */
export function parseDate(text: string): DateCriterion | undefined {
  const [, prefix = 'eq', date] = /^(eq|ne|gt|lt|ge|le|sa|eb)?(\d.*)$/.exec(text) ?? [];
  const span = spanOf(date);
  return span && { prefix: prefix as DateCriterion['prefix'], ...span };
}

/** Whether a span of time, open at the end where that is left out, meets a criterion. */
export function meetsDate(
  criterion: DateCriterion,
  { from, to }: { readonly from: number; readonly to: number },
): boolean {
  const isWithin = criterion.from <= from && to <= criterion.to;
  switch (criterion.prefix) {
    case 'eq':
      return isWithin;
    case 'ne':
      return !isWithin;
    case 'gt':
      return to > criterion.to;
    case 'lt':
      return from < criterion.from;
    case 'ge':
      return to >= criterion.from;
    case 'le':
      return from <= criterion.to;
    case 'sa':
      return from > criterion.to;
    case 'eb':
      return to < criterion.from;
  }
}
