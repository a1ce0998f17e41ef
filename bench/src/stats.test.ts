import { median, percentile } from './stats.js';

test('percentile is the nearest rank', () => {
  const sample = Array.from({ length: 100 }, (_, index) => 100 - index);
  expect(percentile(sample, 50)).toBe(50);
  expect(percentile(sample, 99)).toBe(99);
  expect(percentile(sample, 100)).toBe(100);
  expect(percentile([7], 1)).toBe(7);
});

test('median of an even sample is the mean of the middle two', () => {
  expect(median([4, 1, 3, 2])).toBe(2.5);
  expect(median([9, 1, 5])).toBe(5);
});

test('an empty sample has no percentile and no median', () => {
  expect(() => percentile([], 50)).toThrow(RangeError);
  expect(() => median([])).toThrow(RangeError);
});
