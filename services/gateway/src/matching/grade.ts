import { jaroWinkler, plain } from './likeness.js';
import type { Person } from './person.js';

/** http://hl7.org/fhir/R4/valueset-match-grade.html; `certainly-not` is not told. */
export type Grade = 'certain' | 'probable' | 'possible';

export interface Likeness {
  readonly grade: Grade;
  /** From 0 to 1. */
  readonly score: number;
}

/** Names and dates that are alike at least so much agree: a slip of the pen apart. */
const ALIKE = 0.9;
const PROBABLE = 0.85;
const POSSIBLE = 0.65;

/**
 * Weights of agreement and disagreement in bits, after Fellegi and Sunter ("A Theory for Record Linkage",
 * 1969). A weight is the logarithm of how much more often two entries of one person agree than those of two
 * people.
 */
const weights = {
  family: { agrees: 8, differs: -4 },
  given: { agrees: 6, differs: -4 },
  birthDate: { agrees: 12, differs: -7 },
  gender: { agrees: 1, differs: -6 },
  postalCode: { agrees: 6, differs: -1 },
  phone: { agrees: 12, differs: -1 },
} as const;
/** Bits by which a match is as good as sure: family and given name, day of birth, gender and a place. */
const SURE = 33;

/**
 * How much two descriptions are of one person.
 *
 * A shared number of one system (a medical record number, a national ID) with nothing that contradicts is
 * certain. Without one, a match is probable or possible at best, whatever else agrees: twins at one address
 * exist.
 *
 * @returns undefined where they are of two people
 */
export function likenessOf(asked: Person, known: Person): Likeness | undefined {
  const bits = Object.entries(compare(asked, known)).reduce((sum, [field, agreement]) => {
    const { agrees, differs } = weights[field as keyof typeof weights];
    return sum + (agreement >= ALIKE ? agrees * agreement : differs);
  }, 0);
  const score = Math.min(1, Math.max(0, bits / SURE));
  const numbers = sharedNumbers(asked, known);
  if (numbers === 'same')
    return bits < 0 ? { grade: 'possible', score: 0.5 } : { grade: 'certain', score: 1 };
  const bounded = Math.round((numbers === 'different' ? score * 0.8 : score * 0.99) * 1000) / 1000;
  if (bounded >= PROBABLE) return { grade: 'probable', score: bounded };
  return bounded >= POSSIBLE ? { grade: 'possible', score: bounded } : undefined;
}

/**
 * Whether a description that comes with a patient's name is of this patient. A shared number decides, unless
 * the rest is of somebody else. Without one, nothing that both tell may differ, and one fact has to tell
 * people apart. A description that tells nothing is anybody's.
 */
export function fits(told: Person, known: Person): boolean {
  if (tellsNothing(told)) return true;
  const numbers = sharedNumbers(told, known);
  if (numbers === 'same') return likenessOf(told, known)?.grade === 'certain';
  const { family, given, birthDate, gender } = compare(told, known);
  const telling = [family, given, birthDate].filter((one) => one !== undefined);
  const agree = [...telling, gender ?? 1].every((agreement) => agreement >= ALIKE);
  return numbers === 'none' && telling.length > 0 && agree;
}

function tellsNothing({ identifiers, given, ...rest }: Person): boolean {
  const told = Object.values(rest).some((value) => value !== undefined);
  return identifiers.length === 0 && given.length === 0 && !told;
}

/** Agreement of what both tell, from 0 to 1. */
function compare(asked: Person, known: Person): Partial<Record<keyof typeof weights, number>> {
  const found: Partial<Record<keyof typeof weights, number>> = {};
  for (const field of ['family', 'birthDate', 'gender', 'postalCode', 'phone'] as const) {
    const [left, right] = [asked[field], known[field]];
    if (left === undefined || right === undefined) continue;
    const isName = field === 'family';
    const same = plain(left) === plain(right);
    found[field] = isName ? jaroWinkler(plain(left), plain(right)) : Number(same);
    if (field === 'birthDate' && !same && isNearDate(left, right)) found[field] = ALIKE;
  }
  if (asked.given.length > 0 && known.given.length > 0) {
    const pairs = asked.given.flatMap((one) => known.given.map((other) => [one, other] as const));
    found.given = Math.max(...pairs.map(([one, other]) => jaroWinkler(plain(one), plain(other))));
  }
  return found;
}

/** Numbers of one system: the same, different ones, or none that can be compared. */
export function sharedNumbers(
  asked: Pick<Person, 'identifiers'>,
  known: Pick<Person, 'identifiers'>,
): 'same' | 'different' | 'none' {
  let compared = false;
  for (const { system, value } of asked.identifiers) {
    for (const other of known.identifiers) {
      if (other.system !== system) continue;
      if (other.value === value) return 'same';
      compared = true;
    }
  }
  return compared ? 'different' : 'none';
}

/** Dates of which one tells the year or month alone, or has day and month swapped. */
function isNearDate(left: string, right: string): boolean {
  const [shorter, longer] = left.length < right.length ? [left, right] : [right, left];
  if (longer.startsWith(`${shorter}-`)) return true;
  const [year, month, day] = left.split('-');
  return right === `${year ?? ''}-${day ?? ''}-${month ?? ''}`;
}
