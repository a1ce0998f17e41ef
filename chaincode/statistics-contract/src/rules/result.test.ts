import fc from 'fast-check';
import { packHistogram, packStatistics, profileOf } from '@salus/compute';
import type { Defect, StudyTerms } from '@salus/protocol/statistics';
import { judgeSums } from './result.js';

const profile = profileOf('bfv-8192-sum-v1');
const plain = {
  unit: { code: 'USD', decimals: 1 },
  range: { least: -100, most: 1000 },
  kind: { name: 'mean-variance' },
  step: 10,
} as StudyTerms;
const edges = [0, 10, 500];
const binned: StudyTerms = { ...plain, kind: { name: 'histogram', edges } };

function packed(terms: StudyTerms, value: number): number[] {
  const slots = packStatistics(profile, [value]);
  return terms.kind.name === 'histogram'
    ? [...slots, ...packHistogram(terms.kind.edges, value)]
    : slots;
}

function sumsOf(terms: StudyTerms, values: readonly number[]): number[] {
  const zeros = new Array<number>(10).fill(0);
  return values
    .map((value) => packed(terms, value))
    .reduce((sums, slots) => sums.map((sum, slot) => sum + (slots[slot] ?? 0)), zeros);
}

const change = (sums: readonly number[], slot: number, by: number) =>
  sums.with(slot, (sums[slot] ?? 0) + by);

const values = [20, 40, 40, 40, 50, 50, 70, 90];

describe('the opened sums', () => {
  test('come out as mean and standard deviation in the unit, rounded to the step', () => {
    expect(judgeSums(plain, profile, sumsOf(plain, values), 8)).toEqual({
      figures: { count: 8, step: 1, mean: 5, variance: 4, standardDeviation: 2 },
    });
    const coarse = { ...plain, step: 15 };
    expect(judgeSums(coarse, profile, sumsOf(coarse, values), 8)).toEqual({
      figures: { count: 8, step: 1.5, mean: 4.5, variance: 2.25, standardDeviation: 1.5 },
    });
  });

  test('come with the histogram that all agreed to', () => {
    expect(judgeSums(binned, profile, sumsOf(binned, [-5, 0, 10, 500]), 4)).toMatchObject({
      figures: { histogram: { edges, counts: [1, 1, 1, 1] } },
    });
  });

  test.each([
    ['plain', plain],
    ['binned', binned],
  ])('of honest figures are never refused (%s)', (_, terms) => {
    const figure = fc.integer({ min: -100, max: 1000 });
    fc.assert(
      fc.property(fc.array(figure, { minLength: 1, maxLength: 64 }), (figures) => {
        const judged = judgeSums(terms, profile, sumsOf(terms, figures), figures.length);
        expect(judged).toHaveProperty('figures');
      }),
    );
  });

  test.each<[string, number[], Defect]>([
    ['x² too small', change(sumsOf(plain, values), 1, -3201), 'SUMS_IMPOSSIBLE'],
    ['x² below zero', change(sumsOf(plain, values), 1, -30_000), 'SUMS_IMPOSSIBLE'],
    ['x² much too great', change(sumsOf(plain, values), 2, 1), 'VARIANCE_TOO_GREAT'],
    ['x much too great', sumsOf(plain, values.with(0, 8000)), 'MEAN_OUT_OF_RANGE'],
    ['x much too small', sumsOf(plain, values.with(0, -2000)), 'MEAN_OUT_OF_RANGE'],
    ['something in another slot', change(sumsOf(plain, values), 3, 1), 'STRAY_VALUES'],
  ])('are refused with %s', (_, sums, defect) => {
    expect(judgeSums(plain, profile, sums, 8)).toEqual({ defect });
  });

  test('may lie on the bounds of what is possible', () => {
    const same = sumsOf(plain, [7, 7, 7, 7]);
    expect(judgeSums(plain, profile, same, 4)).toMatchObject({ figures: { variance: 0 } });
    expect(judgeSums(plain, profile, change(same, 1, -1), 4)).toEqual({
      defect: 'SUMS_IMPOSSIBLE',
    });
    const apart = sumsOf(plain, [-100, 1000, -100, 1000]);
    expect(judgeSums(plain, profile, apart, 4)).toHaveProperty('figures');
    expect(judgeSums(plain, profile, change(apart, 1, 1), 4)).toEqual({
      defect: 'VARIANCE_TOO_GREAT',
    });
    for (const end of [-100, 1000]) {
      const sums = sumsOf(plain, [end, end]);
      expect(judgeSums(plain, profile, sums, 2)).toHaveProperty('figures');
      const beyond = sumsOf(plain, [end + Math.sign(end), end]);
      expect(judgeSums(plain, profile, beyond, 2)).toEqual({ defect: 'MEAN_OUT_OF_RANGE' });
    }
  });

  test('are refused with bins that the figures do not fill', () => {
    const sums = sumsOf(binned, [-5, 0, 10, 500]);
    const refused = { defect: 'HISTOGRAM_INCONSISTENT' };
    const twice = change(sums, 3, 1);
    const negative = change(change(sums, 3, -2), 4, 2);
    const tooLow = change(change(change(change(sums, 4, -1), 5, -1), 6, -1), 3, 3);
    const tooHigh = change(change(change(sums, 3, -1), 4, -1), 6, 2);
    const hidden = [-1, 4, 1, 0].reduce((all, count, bin) => all.with(3 + bin, count), sums);
    for (const wrong of [twice, negative, tooLow, tooHigh, hidden]) {
      expect(judgeSums(binned, profile, wrong, 4)).toEqual(refused);
    }
    expect(judgeSums(binned, profile, change(sums, 7, 1), 4)).toEqual({ defect: 'STRAY_VALUES' });
  });

  test('may lie on the edges of their bins, and not beyond', () => {
    expect(judgeSums(binned, profile, sumsOf(binned, [0, 0]), 2)).toHaveProperty('figures');
    const moved = change(change(sumsOf(binned, [9, 10]), 4, 1), 5, -1);
    expect(judgeSums(binned, profile, moved, 2)).toEqual({ defect: 'HISTOGRAM_INCONSISTENT' });
  });

  test('that break in another way are not called figures', () => {
    const broken = new Proxy([], {
      get: () => {
        throw new TypeError('broken');
      },
    });
    expect(() => judgeSums(plain, profile, broken, 4)).toThrow(TypeError);
  });
});
