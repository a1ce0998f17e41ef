import { meetsDate, parseDate, spanOf, type DateCriterion } from '@salus/fhir';
import type { ReadableRecord } from '@salus/client/ehr';
import { invalid } from '../errors/refusal.js';
import type { Search } from './search.js';

/** Parameters of time that a search of records takes, each as often as is needed. */
export const DATES = ['period', 'date', '_lastUpdated', '_since'] as const;
type DateName = (typeof DATES)[number];

/**
 * Whether a record meets the times that a search asks for: `period` is that of care, the others that of
 * registration. A record whose time nobody here knows does not meet a criterion.
 *
 * @throws SalusError `ERR_INVALID_ARGUMENT`
 */
export function meetsDates({ all }: Pick<Search, 'all'>): (one: ReadableRecord) => boolean {
  const criteria = (name: DateName) => (all[name] ?? []).map((text) => criterionOf(name, text));
  const ofCare = criteria('period');
  const ofRegistration = DATES.filter((name) => name !== 'period').flatMap(criteria);
  return ({ record, details }) => {
    const start = spanOf(details?.careTime?.start);
    const end = spanOf(details?.careTime?.end) ?? start;
    const care = start && end && { from: start.from, to: end.to };
    const registered = spanOf(record.registeredAt);
    return areMet(ofCare, care) && areMet(ofRegistration, registered);
  };
}

function areMet(
  criteria: readonly DateCriterion[],
  span: { readonly from: number; readonly to: number } | undefined,
): boolean {
  return criteria.every((one) => span !== undefined && meetsDate(one, span));
}

/** `_since` is an instant from which on (FHIR R4, `Patient/$everything`); the others have prefixes. */
function criterionOf(name: DateName, text: string): DateCriterion {
  // A plus sign that nobody escaped reads as a space.
  const criterion = parseDate(`${name === '_since' ? 'ge' : ''}${text.replaceAll(' ', '+')}`);
  if (criterion) return criterion;
  throw invalid(name, 'It is a date or time, after a prefix such as ge or lt where one is meant');
}
