import { overlap } from './period.js';

describe('periods overlap', () => {
  test.each([
    ['2026', '2026', true],
    ['2026', '2027', false],
    ['2026', '2026-Q4', true],
    ['2026', '2026-01', true],
    ['2026', '2026-12', true],
    ['2026', '2025-12', false],
    ['2026-Q1', '2026-Q1', true],
    ['2026-Q1', '2026-Q2', false],
    ['2026-Q1', '2026-03', true],
    ['2026-Q1', '2026-04', false],
    ['2026-Q2', '2026-03', false],
    ['2026-Q4', '2027-Q1', false],
    ['2026-Q4', '2027-01', false],
    ['2026-11', '2026-11', true],
    ['2026-11', '2026-12', false],
    ['2026-12', '2027-01', false],
  ])('%s and %s: %s', (one, other, expected) => {
    expect(overlap(one, other)).toBe(expected);
    expect(overlap(other, one)).toBe(expected);
  });
});
