import { DAY_MS } from '@salus/protocol';
import { spanOf } from '../fhir-time.js';

/**
 * Moves a FHIR date, dateTime or instant by whole days. Time of day and zone stay as they are, so that what
 * lies between two of a patient's times stays to the millisecond. Of years and months alone the middle
 * moves.
 *
 * @returns undefined for what is no FHIR time
 */
export function shiftTime(value: unknown, days: number): string | undefined {
  if (typeof value !== 'string' || !spanOf(value)) return undefined;
  const [date = '', ...time] = value.split('T');
  const [year = '', month, day] = date.split('-');
  const middle = Date.parse(
    `${year}-${month ?? '07'}-${day ?? (month === undefined ? '02' : '15')}`,
  );
  if (Number.isNaN(middle)) return undefined;
  const moved = new Date(middle + days * DAY_MS).toISOString();
  // FHIR's years have four digits, and there is no year 0.
  if (!/^(?!0000)\d{4}-/.test(moved)) return undefined;
  return [moved.slice(0, date.length), ...time].join('T');
}

/** The day without a time; of years and months alone, themselves. */
export function dayOf(time: string): string {
  return time.slice(0, 10);
}

/** The year alone. */
export function yearOf(time: string): string {
  return time.slice(0, 4);
}

/** Whole years from one FHIR time to another. */
export function ageAt(birthDate: string, at: string): number | undefined {
  const born = spanOf(birthDate);
  const then = spanOf(at);
  if (!born || !then) return undefined;
  const [from, to] = [new Date(born.from), new Date(then.to)];
  const years = to.getUTCFullYear() - from.getUTCFullYear();
  const isBefore =
    to.getUTCMonth() < from.getUTCMonth() ||
    (to.getUTCMonth() === from.getUTCMonth() && to.getUTCDate() < from.getUTCDate());
  return isBefore ? years - 1 : years;
}
