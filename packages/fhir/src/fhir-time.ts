/**
 * FHIR's date, dateTime and instant (FHIR R4, 2.24.0.1). Parts that are left out make a value a
 * span: `2026-05` is all of May. Without a time zone days are UTC's.
 */
const FORM =
  /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d))?)?)?$/;

/** First and last millisecond of a FHIR time; undefined for what is none. */
export function spanOf(value: unknown): { readonly from: number; readonly to: number } | undefined {
  const match = typeof value === 'string' ? FORM.exec(value) : null;
  if (!match) return undefined;
  const [text, year = '', month, day, hour] = match;
  if (hour !== undefined) {
    // JavaScript reads three digits of a fraction.
    const from = Date.parse(text.replace(/\.(\d{3})\d+/, '.$1'));
    return Number.isNaN(from) ? undefined : { from, to: from };
  }
  const from = Date.parse(`${year}-${month ?? '01'}-${day ?? '01'}T00:00:00Z`);
  if (Number.isNaN(from)) return undefined;
  const end = new Date(from);
  if (month === undefined) end.setUTCFullYear(end.getUTCFullYear() + 1);
  else if (day === undefined) end.setUTCMonth(end.getUTCMonth() + 1);
  else end.setUTCDate(end.getUTCDate() + 1);
  return { from, to: end.getTime() - 1 };
}

/** A time as Salus writes it: UTC, to the millisecond. */
export function utc(millis: number): string {
  return new Date(millis).toISOString();
}
