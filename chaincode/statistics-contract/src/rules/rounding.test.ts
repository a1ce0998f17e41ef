import fc from 'fast-check';
import { leastStepOf, round, squareRoot } from './rounding.js';
import { explanations, published, sumsOf, threesOf } from './test-support/candidates.js';

const rounded = (figures: readonly number[], step: number) => {
  const { mean, standardDeviation } = round(sumsOf(figures), step);
  return [Number(mean), Number(standardDeviation)];
};

describe('the least step', () => {
  test.each([
    [0, 1, 10],
    [0, 10_000, 10],
    [0, 10_001, 11],
    [-5000, 5001, 11],
    [0, 1_000_000, 1000],
    [-(2 ** 32 - 1), 2 ** 32 - 1, 8_589_935],
  ])('of figures from %d to %d is %d', (least, most, step) => {
    expect(leastStepOf({ least, most })).toBe(step);
  });
});

describe('rounding', () => {
  test('goes to the nearest multiple, halves upwards', () => {
    expect(rounded([4, 4], 10)).toEqual([0, 0]);
    expect(rounded([4, 5], 10)).toEqual([0, 0]);
    expect(rounded([5, 5], 10)).toEqual([10, 0]);
    expect(rounded([14, 15], 10)).toEqual([10, 0]);
    expect(rounded([-5, -5], 10)).toEqual([0, 0]);
    expect(rounded([-5, -6], 10)).toEqual([-10, 0]);
    expect(rounded([-15, -15], 10)).toEqual([-10, 0]);
    expect(rounded([-16, -16], 10)).toEqual([-20, 0]);
  });

  test('takes the standard deviation to the nearest multiple too', () => {
    expect(rounded([0, 9], 10)).toEqual([0, 0]);
    expect(rounded([0, 10], 10)).toEqual([10, 10]);
    expect(rounded([0, 29], 10)).toEqual([10, 10]);
    expect(rounded([0, 30], 10)).toEqual([20, 20]);
  });

  test('is never further off than half a step, whatever the figures', () => {
    const figure = fc.integer({ min: -(2 ** 32) + 1, max: 2 ** 32 - 1 });
    const figures = fc.array(figure, { minLength: 1, maxLength: 64 });
    fc.assert(
      fc.property(figures, fc.integer({ min: 1, max: 2 ** 33 }), (values, step) => {
        const { count, sum, sumOfSquares } = sumsOf(values);
        const { mean, standardDeviation } = round({ count, sum, sumOfSquares }, step);
        const [n, unit] = [BigInt(count), BigInt(step)];
        expect(mean % unit).toBe(0n);
        expect(standardDeviation % unit).toBe(0n);
        const off = 2n * (sum - n * mean);
        expect(off >= -n * unit && off < n * unit).toBe(true);
        // (2·deviation - step)·n <= 2·sqrt(spread) < (2·deviation + step)·n
        const spread = 4n * (n * sumOfSquares - sum * sum);
        const low = (2n * standardDeviation - unit) * n;
        const high = (2n * standardDeviation + unit) * n;
        expect(low <= 0n || low * low <= spread).toBe(true);
        expect(spread < high * high).toBe(true);
      }),
    );
  });

  test('knows whole roots', () => {
    expect([0n, 1n, 2n, 3n, 4n, 8n, 9n, 15n, 16n].map(squareRoot)).toEqual([
      0n,
      1n,
      1n,
      1n,
      2n,
      2n,
      3n,
      3n,
      4n,
    ]);
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 1n << 90n }), (value) => {
        const root = squareRoot(value);
        expect(root * root <= value && (root + 1n) ** 2n > value).toBe(true);
      }),
    );
  });
});

describe('an organisation that pools its institutions', () => {
  const range = { least: 0, most: 10_000 };
  const step = leastStepOf(range);

  test('knew three others to the last by exact sums: one explanation was left', () => {
    const cents = { least: 0, most: 10_000_00 };
    const others = [500_00, 700_00, 800_00];
    expect(threesOf(sumsOf(others), cents)).toEqual([others]);
    expect(threesOf(sumsOf([500, 700, 800]), range)).toEqual([[500, 700, 800]]);
  });

  test.each<[string, readonly number[], readonly number[]]>([
    ["of the behaviours' studies, City's", [200, 300, 500], [500, 700, 800, 400, 600]],
    ["of the behaviours' studies, Valley's", [500, 700, 800], [200, 300, 500, 400, 600]],
    ["of the behaviours' studies, Pharma's", [400, 600], [200, 300, 500, 500, 700, 800]],
    ['that are all the same', [500, 500, 500], [500, 500, 500, 500, 500]],
    ['that lie close together', [500, 501, 502], [499, 500, 501, 500, 502]],
    ['at the lower end of the range', [0, 0, 0], [0, 0, 0, 0, 0]],
  ])('has many explanations for rounded figures %s', (_, known, others) => {
    const found = explanations(others, known, { step, range, draws: 20_000 });
    expect(found.length).toBeGreaterThan(500);
    // No figure of another institution is in all of them.
    for (const figure of new Set(others)) {
      expect(found.some((one) => !one.includes(figure))).toBe(true);
    }
  });

  test('is left with figures that range over a standard deviation and more', () => {
    const found = explanations([500, 700, 800, 400, 600], [200, 300, 500], {
      step,
      range,
      draws: 20_000,
    });
    const [lowest, highest] = [0, 4].map((at) => found.map((one) => one[at] ?? 0));
    expect(Math.max(...(lowest ?? [])) - Math.min(...(lowest ?? []))).toBeGreaterThan(100);
    expect(Math.max(...(highest ?? [])) - Math.min(...(highest ?? []))).toBeGreaterThan(100);
  });

  // The limit that docs/statistics.md names: who expects it places the edge of a step there.
  test('learns that all others are at the end of the range, where its own figures place a step so', () => {
    const known = [13, 13, 13];
    const others = [0, 0, 0, 0, 0];
    expect(published([...known, ...others], step)).toBe('0 ± 10');
    expect(explanations(others, known, { step, range, draws: 20_000 })).toEqual([others]);
    expect(published([...known, 0, 0, 0, 0, 1], step)).toBe('10 ± 10');
  });
});
