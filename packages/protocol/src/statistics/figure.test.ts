import type { StudyTerms } from './api.js';
import { aboutFigure, figureSlots, openedMeasureOf } from './figure.js';

const terms = {
  studyId: 'study-1',
  measure: 'encounter-cost',
  period: '2026-Q1',
  range: { least: 5, most: 100 },
  kind: { name: 'mean-variance' },
} as unknown as StudyTerms;

test('a figure takes all values from 0 on in its limbs, and is of its study alone', () => {
  expect(aboutFigure(terms, { maxValue: 1000 })).toEqual({
    purpose: 'joint-statistics',
    subject: 'study-1',
    measure: 'encounter-cost',
    period: '2026-Q1',
    range: { least: 0, most: 1000 },
    slots: 3,
  });
});

test('a figure may be negative where the terms say so', () => {
  const below = { ...terms, range: { least: -20, most: 100 } };
  expect(aboutFigure(below, { maxValue: 1000 }).range).toEqual({ least: -20, most: 1000 });
});

test('bins take a slot each, one more than there are edges', () => {
  expect(figureSlots({ name: 'histogram', edges: [1, 2, 3] })).toBe(7);
});

test('figures of a repeated study are known by what it repeats', () => {
  expect(openedMeasureOf(terms)).toBe('encounter-cost');
  const repeated = { ...terms, repeats: 'study-0' };
  expect(openedMeasureOf(repeated)).toBe('encounter-cost study-0');
  expect(aboutFigure(repeated, { maxValue: 1 }).measure).toBe('encounter-cost study-0');
});
