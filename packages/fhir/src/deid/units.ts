/** Units of UCUM as medicine uses them: what has another form may be a text that names somebody. */

const PREFIX = '(?:da|[YZEPTGMkhdcmunpfazy])?';
/** Atoms that take prefixes, and those that take none (UCUM, tables 2 to 6). */
const METRIC = [
  ...['m', 's', 'g', 'rad', 'K', 'C', 'cd', 'mol', 'sr', 'Hz', 'N', 'Pa', 'J', 'W', 'A', 'V', 'F'],
  ...['Ohm', 'S', 'Wb', 'Cel', 'T', 'H', 'lm', 'lx', 'Bq', 'Gy', 'Sv', 'L', 'l', 'bar', 'u', 'eV'],
  ...['t', 'eq', 'osm', 'kat', 'U', 'cal', 'Ci', 'R', 'RAD', 'REM', 'B', 'bit', 'By', 'Bd', 'dyn'],
  ...['erg', 'Cal', '\\[iU\\]', '\\[IU\\]', 'm\\[H2O\\]', 'm\\[Hg\\]'],
];
const PLAIN = [
  ...['%', 'a', 'mo', 'wk', 'd', 'h', 'min', "'", "''", 'deg', 'gon', 'cm_H2O', '10\\*', '10\\^'],
  ...['\\[(?:in|ft|yd|mi|sin|sft|cin|cft)_i\\]', '\\[(?:lb|oz|gr|dr|ston)_(?:av|tr|ap)\\]'],
  ...[
    '\\[(?:gal|qt|pt|foz|cup|tsp|tbs)_us\\]',
    '\\[degF\\]',
    '\\[diop\\]',
    '\\[pH\\]',
    '\\[drp\\]',
  ],
  ...['\\[pi\\]', '\\[ppth\\]', '\\[ppm\\]', '\\[ppb\\]', '\\[CFU\\]', '\\[PFU\\]', "\\[arb'U\\]"],
  ...["\\[(?:tb|USP|anti'Xa|ka|knk|mclg|todd|dye|smgy|bdsk|GPL|MPL|APL)'?U\\]", '\\[hpf\\]'],
  ...['\\[lpf\\]', '\\[Ch\\]', '\\[psi\\]', '\\[Cal\\]', '\\[MET\\]'],
];
/** What stands in braces means nothing to UCUM; these words are the usual ones. */
const ANNOTATION = [
  ...[
    'score',
    'Score',
    'beats',
    'breaths',
    'cells',
    'cell',
    'ratio',
    'index',
    'index_val',
    'titer',
  ],
  ...[
    'copies',
    'nominal',
    'number',
    '#',
    'INR',
    'S/CO',
    'T-score',
    'Z-score',
    'packs',
    'pack',
    'drinks',
  ],
  ...[
    'cigarettes',
    'steps',
    'events',
    'RBC',
    'WBC',
    'creat',
    'Creat',
    'mdr',
    '1.73_m2',
    'count',
    'doses',
  ],
  ...['tablet', 'tbl', 'capsule', 'puff', 'spray', 'drop', 'unit', 'times', 'phenotype', 'genes'],
].map((word) => word.replace(/[.]/g, '\\.'));

const UNIT = `(?:(?:${PREFIX}(?:${METRIC.join('|')})|${PLAIN.join('|')})(?:[+-]?\\d{1,2})?|\\d{1,3})`;
const NOTE = `\\{(?:${ANNOTATION.join('|')})\\}`;
const TERM = `(?:${UNIT}(?:${NOTE})?|${NOTE})`;
const PART = `(?:${TERM}|\\(${TERM}(?:[./]${TERM}){0,3}\\))`;
const FORM = new RegExp(`^/?${PART}(?:[./]${PART}){0,4}$`);

/** Whether a text is a unit that UCUM has, with no more than usual words in braces. */
export function isUcumUnit(code: string): boolean {
  return code.length <= 40 && FORM.test(code);
}
