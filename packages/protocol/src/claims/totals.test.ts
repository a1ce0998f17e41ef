import { arePlausibleTotals } from './totals.js';

describe('the totals of a claim of two lines', () => {
  const plausible = (slots: readonly number[]) =>
    arePlausibleTotals([{ slot: 0 }, { slot: 2 }], slots, { lines: 2, maxValue: 50 });

  test.each([
    ['amounts of benefits, up to the largest', [100, 0, 1, 0]],
    ['nothing', [0, 0, 0]],
    ['no slot at all', []],
  ])('are plausible as %s', (_name, slots) => {
    expect(plausible(slots)).toBe(true);
  });

  test.each([
    ['an amount between the slots of benefits', [0, 1, 0]],
    ['an amount behind the slots of benefits', [0, 0, 0, 1]],
    ['a negative amount', [0, 0, -1]],
    ['more than the lines can add up to', [101, 0, 0]],
  ])('are not plausible with %s', (_name, slots) => {
    expect(plausible(slots)).toBe(false);
  });
});
