/** Check digits that codes carry: they tell a code from a number that merely looks like one. */

/** Multiplication in the dihedral group D5, and the permutations of the positions (Verhoeff 1969). */
const D5 = [
  [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
  [1, 2, 3, 4, 0, 6, 7, 8, 9, 5],
  [2, 3, 4, 0, 1, 7, 8, 9, 5, 6],
  [3, 4, 0, 1, 2, 8, 9, 5, 6, 7],
  [4, 0, 1, 2, 3, 9, 5, 6, 7, 8],
  [5, 9, 8, 7, 6, 0, 4, 3, 2, 1],
  [6, 5, 9, 8, 7, 1, 0, 4, 3, 2],
  [7, 6, 5, 9, 8, 2, 1, 0, 4, 3],
  [8, 7, 6, 5, 9, 3, 2, 1, 0, 4],
  [9, 8, 7, 6, 5, 4, 3, 2, 1, 0],
] as const;
const POSITIONS = [
  [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
  [1, 5, 7, 6, 2, 8, 3, 0, 9, 4],
  [5, 8, 0, 3, 7, 9, 6, 1, 4, 2],
  [8, 9, 1, 6, 0, 4, 3, 5, 2, 7],
  [9, 4, 5, 3, 1, 2, 6, 8, 7, 0],
  [4, 2, 8, 6, 5, 7, 3, 9, 0, 1],
  [2, 7, 9, 3, 8, 0, 6, 4, 1, 5],
  [7, 0, 4, 6, 9, 1, 3, 2, 5, 8],
] as const;

/**
 * A SNOMED CT identifier: 6 to 18 digits, the last a check digit after Verhoeff. The two before it say
 * what it identifies (SNOMED CT Technical Implementation Guide, SCTID): concepts and descriptions, of the core or an extension.
 */
export function isSctid(code: string): boolean {
  if (!/^[1-9]\d{2,14}(?:0|1)[01]\d$/.test(code)) return false;
  const digits = digitsFromRight(code);
  const check = digits.reduce(
    (sum, digit, at) => D5[sum]?.[POSITIONS[at % 8]?.[digit] ?? 0] ?? 0,
    0,
  );
  return check === 0;
}

/** A number, a hyphen and a check digit modulo 10 after Luhn: LOINC, and CDC's race and ethnicity. */
export function isLuhnCode(code: string): boolean {
  const [, number = '', check] = /^(\d{1,8})-(\d)$/.exec(code) ?? [];
  if (check === undefined) return false;
  const sum = digitsFromRight(number).reduce((total, digit, at) => {
    const weighted = at % 2 === 0 ? digit * 2 : digit;
    return total + (weighted > 9 ? weighted - 9 : weighted);
  }, 0);
  return (10 - (sum % 10)) % 10 === Number(check);
}

function digitsFromRight(number: string): number[] {
  return Array.from(number, Number).reverse();
}
