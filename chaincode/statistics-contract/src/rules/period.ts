/** Months since year 0: from the first one, included, to the last one, excluded. */
interface Months {
  readonly from: number;
  readonly to: number;
}

/**
 * Tells whether two periods (a year, `-Q1` to `-Q4`, or a month) have a month in common. Figures of
 * a quarter and of its year would subtract to those of the other three.
 */
export function overlap(one: string, other: string): boolean {
  const [first, second] = [monthsOf(one), monthsOf(other)];
  return first.from < second.to && second.from < first.to;
}

function monthsOf(period: string): Months {
  const [year = '', part] = period.split('-');
  const start = Number(year) * 12;
  if (part === undefined) return { from: start, to: start + 12 };
  if (part.startsWith('Q')) {
    const from = start + (Number(part.slice(1)) - 1) * 3;
    return { from, to: from + 3 };
  }
  const from = start + Number(part) - 1;
  return { from, to: from + 1 };
}
