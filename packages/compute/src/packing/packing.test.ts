import fc from 'fast-check';
import { PROFILE_NAMES, profileOf } from '../bfv/profiles.js';
import { packCategories, unpackCategories } from './categories.js';
import { fromFixedPoint, toFixedPoint } from './fixed-point.js';
import { binOf, packHistogram, percentileOf } from './histogram.js';
import { decodeStatistics, packStatistics, standardScore } from './statistics.js';

const refused = expect.objectContaining({ code: 'ERR_VALUE_OUT_OF_RANGE' }) as Error;

function addUp(vectors: readonly (readonly number[])[]): number[] {
  return vectors.reduce<number[]>(
    (sum, vector) => vector.map((value, slot) => value + (sum[slot] ?? 0)),
    [],
  );
}

describe.each(PROFILE_NAMES)('statistics under %s', (name) => {
  const profile = profileOf(name);
  const value = fc.integer({ min: -profile.maxValue, max: profile.maxValue });

  test('come out exactly from sums of packed values', () => {
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 64 }), (values) => {
        const sums = addUp(values.map((one) => packStatistics(profile, [7, one])));
        const found = decodeStatistics(profile, sums, values.length, 1);
        const exact = values.map(BigInt);
        expect(found.sum).toBe(exact.reduce((a, b) => a + b));
        expect(found.sumOfSquares).toBe(exact.reduce((a, b) => a + b * b, 0n));
        const mean = values.reduce((a, b) => a + b) / values.length;
        expect(found.mean).toBeCloseTo(mean, 3);
        if (new Set(values).size === 1) expect(found.variance).toBe(0);
        else expect(found.standardDeviation).toBeGreaterThan(0);
      }),
    );
  });

  test('keep every slot within what the profile encrypts', () => {
    fc.assert(
      fc.property(value, (one) => {
        const slots = packStatistics(profile, [one]);
        expect(slots.every((slot) => Math.abs(slot) <= profile.maxValue)).toBe(true);
      }),
    );
  });
});

describe('statistics', () => {
  const profile = profileOf('bfv-8192-sum-v1');
  const decode = (sums: number[], count: number) => () => decodeStatistics(profile, sums, count);

  test('give the known figures of a known cohort', () => {
    const sums = addUp([2, 4, 4, 4, 5, 5, 7, 9].map((one) => packStatistics(profile, [one])));
    const found = decodeStatistics(profile, sums, 8);
    expect(found).toMatchObject({ count: 8, mean: 5, variance: 4, standardDeviation: 2 });
    expect(standardScore(9, found)).toBe(2);
    expect(standardScore(5, { ...found, standardDeviation: 0 })).toBe(0);
  });

  test('refuse sums that no honest inputs have', () => {
    expect(decode([10, 1, 0], 2)).toThrow(refused);
    expect(decode([0, -1, 0], 2)).toThrow(refused);
    expect(decode([1, 1], 1)).toThrow(refused);
    expect(decode([1, 1, 0], 0)).toThrow(refused);
    expect(() => packStatistics(profile, [2 ** 32])).toThrow(refused);
    expect(() => packStatistics(profile, [0.5])).toThrow(refused);
  });
});

describe('a histogram', () => {
  const edges = [10, 20, 30];

  test.each([
    [-5, 0],
    [9.99, 0],
    [10, 1],
    [29, 2],
    [30, 3],
  ])('puts %d into bin %i', (value, bin) => {
    expect(binOf(edges, value)).toBe(bin);
  });

  test('counts its values', () => {
    const values = fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 1 });
    fc.assert(
      fc.property(values, (all) => {
        const sums = addUp(all.map((one) => packHistogram(edges, one)));
        expect(sums[1]).toBe(all.filter((one) => one >= 10 && one < 20).length);
      }),
    );
  });

  test('gives a percentile: lower bins and half of the own one', () => {
    expect(percentileOf(edges, [1, 2, 0, 1], 15)).toBe(50);
    expect(percentileOf(edges, [1, 2, 0, 1], 40)).toBe(87.5);
    expect(() => percentileOf(edges, [0, 0, 0, 0], 1)).toThrow(refused);
  });

  test('refuses edges out of order, and no number', () => {
    expect(() => binOf([2, 1], 0)).toThrow(refused);
    expect(() => binOf(edges, Number.NaN)).toThrow(refused);
  });
});

describe('categories', () => {
  const layout = ['drugs', 'surgery'];

  test('have a slot each, and come back by name', () => {
    expect(packCategories(layout, { surgery: 80_00 })).toEqual([0, 80_00]);
    expect(unpackCategories(layout, [1, 2, 0, 0])).toEqual({ drugs: 1, surgery: 2 });
  });

  test('refuse strangers, doubles and values beyond the layout', () => {
    expect(() => packCategories(layout, { dental: 1 })).toThrow(refused);
    expect(() => packCategories(['a', 'a'], {})).toThrow(refused);
    expect(() => unpackCategories(layout, [1, 2, 3])).toThrow(refused);
    expect(() => unpackCategories(layout, [1])).toThrow(refused);
  });
});

describe('fixed point', () => {
  test('keeps what was measured', () => {
    expect(toFixedPoint(36.65, 1)).toBe(367);
    expect(toFixedPoint(-1.005, 2)).toBe(-101);
    expect(toFixedPoint(-0.001, 2)).toBe(0);
    expect(fromFixedPoint(367, 1)).toBe(36.7);
  });

  test('comes back within half a digit', () => {
    const figure = fc.double({ min: -1e6, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(figure, fc.integer({ min: 0, max: 6 }), (value, decimals) => {
        const back = fromFixedPoint(toFixedPoint(value, decimals), decimals);
        expect(Math.abs(back - value)).toBeLessThanOrEqual(0.5000001 * 10 ** -decimals);
      }),
    );
  });

  test('refuses what has no fixed-point form', () => {
    for (const value of [Number.NaN, Infinity, 1e300]) {
      expect(() => toFixedPoint(value, 2)).toThrow(refused);
    }
    expect(() => toFixedPoint(1, 10)).toThrow(refused);
  });
});
