import { numberOf } from '../exact-json.js';
import { statedLabels } from '../labels.js';
import { SALUS } from '../systems.js';
import { asArray, asObject, asText } from '../values.js';
import type { DeidContext, Kind } from './context.js';
import { dayOf, shiftTime, yearOf } from './dates.js';
import { isFhirCode } from './hl7-codes.js';
import { isPublicCode } from './terminologies.js';

/** How each kind of element is de-identified. Unless said otherwise, what has another form is dropped. */

export const flag: Kind = (value) => (typeof value === 'boolean' ? value : undefined);

export const number: Kind = (value) => (numberOf(value) === undefined ? undefined : value);

/** A code of a closed list of FHIR's own, such as a status. */
export const code: Kind = (value, { identifying }) =>
  typeof value === 'string' && isFhirCode(value) && !identifying.isIn(value) ? value : undefined;

export const mediaType: Kind = (value) => {
  const [type = ''] = asText(value)?.split(';') ?? [];
  return /^(?:text|image|application|audio|video)\/[a-z0-9.+-]{1,40}$/i.test(type)
    ? type
    : undefined;
};

export const dateTime: Kind = (value, { profile, shiftDays }) => {
  const shifted = shiftTime(value, shiftDays);
  if (shifted === undefined || profile.dates === 'times') return shifted;
  return profile.dates === 'days' ? dayOf(shifted) : yearOf(shifted);
};

/** An instant has no form for a year or a day alone. */
export const instant: Kind = (value, { profile, shiftDays }) =>
  profile.dates === 'times' ? shiftTime(value, shiftDays) : undefined;

export const period: Kind = (value, context) => {
  const { start, end } = asObject(value) ?? {};
  return kept({ start: dateTime(start, context), end: dateTime(end, context) });
};

/** Of a patient of 90 and over no year is told that would tell the age (45 CFR 164.514(b)(2)(i)(C)). */
export const birthDate: Kind = (value, { profile, shiftDays, oldestBirthYear }) => {
  const shifted = shiftTime(value, shiftDays);
  if (shifted === undefined || oldestBirthYear !== undefined) return shifted && oldestBirthYear;
  return profile.birthDate === 'year' ? yearOf(shifted) : dayOf(shifted);
};

export const coding: Kind = (value, { profile, identifying, isPatientKnown }) => {
  const { system, code: symbol, display } = asObject(value) ?? {};
  if (!isPublicCode(system, symbol) || identifying.isIn(symbol as string)) return undefined;
  const isSafe = typeof display === 'string' && display.length <= 200 && !identifying.isIn(display);
  return { system, code: symbol, ...(profile.displays && isPatientKnown && isSafe && { display }) };
};

/** Text is free, so it goes; the codes say the same. */
export const concept: Kind = (value, context) => {
  const codings = asArray(asObject(value)?.['coding'])
    .map((one) => coding(one, context))
    .filter((one) => one !== undefined);
  return codings.length > 0 ? { coding: codings } : undefined;
};

/** Of race, language, marital status and the like. */
export const demographic: Kind = (value, context) =>
  context.profile.demographics ? concept(value, context) : undefined;
export const demographicFlag: Kind = (value, context) =>
  context.profile.demographics ? flag(value, context) : undefined;

const YEARS = 'a';
const MAX_AGE = 89;

export const quantity: Kind = (value, context) => {
  const { value: amount, comparator, system, code: unit, unit: text } = asObject(value) ?? {};
  const size = numberOf(amount);
  if (size === undefined) return undefined;
  const isUcum = isPublicCode(system, unit);
  // Ages over 89 are one group.
  const isOld = unit === YEARS && size > MAX_AGE;
  return kept({
    value: isOld ? MAX_AGE + 1 : amount,
    comparator: isOld
      ? '>='
      : ['<', '<=', '>=', '>'].includes(comparator as string)
        ? comparator
        : undefined,
    unit: isUcum && text === unit && !context.identifying.isIn(text as string) ? text : undefined,
    system: isUcum ? system : undefined,
    code: isUcum ? unit : undefined,
  });
};

export const range: Kind = (value, context) => {
  const { low, high } = asObject(value) ?? {};
  return kept({ low: quantity(low, context), high: quantity(high, context) });
};

export const ratio: Kind = (value, context) => {
  const { numerator, denominator } = asObject(value) ?? {};
  const parts = [quantity(numerator, context), quantity(denominator, context)];
  // FHIR R4, rat-1: both or none.
  return parts.every((part) => part !== undefined)
    ? { numerator: parts[0], denominator: parts[1] }
    : undefined;
};

export const money: Kind = (value, { profile }) => {
  const { value: amount, currency } = asObject(value) ?? {};
  if (!profile.money || numberOf(amount) === undefined) return undefined;
  const isCurrency = typeof currency === 'string' && /^[A-Z]{3}$/.test(currency);
  return { value: amount, ...(isCurrency && { currency }) };
};

export const identifier: Kind = (value, { keyed }) => {
  const { system, value: text } = asObject(value) ?? {};
  if (typeof text !== 'string') return undefined;
  const named = JSON.stringify([asText(system) ?? '', text]);
  return { system: SALUS.deidentified, value: keyed.pseudonym('identifier', named) };
};

export const uid: Kind = (value, { keyed }) =>
  typeof value === 'string' ? keyed.uid(value) : undefined;

/** Whoever is referred to stays the same one, under the pseudonym. */
export const reference: Kind = (value, context) => {
  const { reference: target, type, identifier: logical } = asObject(value) ?? {};
  const literal = typeof target === 'string' ? pseudonymousReference(target, context) : undefined;
  const isType = typeof type === 'string' && /^[A-Z][A-Za-z]{2,40}$/.test(type);
  const named = kept({
    ...literal,
    identifier: literal?.identifier ?? identifier(logical, context),
  });
  return named && { ...named, ...(isType && { type }) };
};

interface Pseudonymous {
  readonly reference?: string;
  readonly identifier?: unknown;
}

/** `Type/id`, a URL that ends so, `urn:uuid:id`, `#id`, or `Type?identifier=system|value`. */
export function pseudonymousReference(
  target: string,
  context: DeidContext,
): Pseudonymous | undefined {
  const { keyed, container } = context;
  if (context.isTakenOut(target)) return undefined;
  if (target === '#') return { reference: '#' };
  if (target.startsWith('#')) {
    return { reference: `#${keyed.pseudonym('contained', `${container}#${target.slice(1)}`)}` };
  }
  const [, urn] = /^urn:(?:uuid|oid):([^#?]+)$/.exec(target) ?? [];
  if (urn !== undefined) return { reference: `urn:uuid:${keyed.pseudonym('id', urn)}` };
  const [, type, id] =
    /(?:^|\/)([A-Z][A-Za-z]+)\/([A-Za-z0-9\-.]{1,64})(?:\/_history\/[^/]+)?$/.exec(target) ?? [];
  if (type !== undefined && id !== undefined) {
    return { reference: `${type}/${keyed.pseudonym('id', id)}` };
  }
  const [, system = '', value] = /\?identifier=(?:([^|]*)\|)?(.+)$/.exec(target) ?? [];
  return value === undefined ? undefined : { identifier: identifier({ system, value }, context) };
}

/** States of the USA, and their first three ZIP digits where over 20,000 people live (Census 2000). */
const SMALL_ZIP3: ReadonlySet<string> = new Set([
  ...['036', '059', '063', '102', '203', '556', '692', '790', '821', '823', '830', '831', '878'],
  ...['879', '884', '890', '893'],
]);

export const address: Kind = (value, { profile, identifying, isPatientKnown }) => {
  const { state, postalCode, country } = asObject(value) ?? {};
  // A name of a region is a free text; a code is none.
  const form = isPatientKnown ? /^[\p{L} .-]{2,30}$/u : /^[A-Z]{2,3}$/;
  const isRegion = (text: unknown): text is string =>
    typeof text === 'string' && form.test(text) && !identifying.isIn(text);
  const isUsa = country === undefined || country === 'US' || country === 'USA';
  const [zip3] = (isUsa && /^\d{3}(?=\d{2})/.exec(asText(postalCode) ?? '')) || [];
  return kept({
    country: isRegion(country) ? country : undefined,
    state: profile.address !== 'country' && isRegion(state) ? state : undefined,
    postalCode:
      profile.address === 'zip3' && zip3 !== undefined
        ? SMALL_ZIP3.has(zip3)
          ? '000'
          : zip3
        : undefined,
  });
};

/** What the attachment is, not what it holds: text, PDF and DICOM need a tool of their own. */
export const attachment: Kind = (value, context) => {
  const { contentType } = asObject(value) ?? {};
  return kept({ contentType: mediaType(contentType, context) });
};

/** The labels stay, for who gets the data has to heed them. */
export const labels: Kind = (value) =>
  statedLabels(value).filter((one) => isPublicCode(one.system, one.code));

/** The members that are left; undefined where none are. */
export function kept(members: Record<string, unknown>): Record<string, unknown> | undefined {
  const entries = Object.entries(members).filter(([, value]) => value !== undefined);
  return entries.length > 0 ? Object.fromEntries(entries) : undefined;
}
