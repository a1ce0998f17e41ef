import { z } from 'zod';
import { distinctArray, eachOnce, lineOfText } from './forms.js';

test.each([
  ['a list', z.array(z.string()).refine(eachOnce())],
  ['a distinct array', distinctArray(z.string(), 2).or(z.tuple([]))],
])('%s has each value once', (_, schema) => {
  expect(schema.safeParse(['a', 'b']).success).toBe(true);
  expect(schema.safeParse([]).success).toBe(true);
  expect(schema.safeParse(['a', 'b', 'a']).success).toBe(false);
});

test('a list has each item once, by what tells its items apart', () => {
  const item = z.object({ id: z.string(), size: z.int() });
  const schema = z.array(item).refine(eachOnce('id'));
  expect(
    schema.safeParse([
      { id: 'a', size: 1 },
      { id: 'b', size: 1 },
    ]).success,
  ).toBe(true);
  expect(
    schema.safeParse([
      { id: 'a', size: 1 },
      { id: 'a', size: 2 },
    ]).success,
  ).toBe(false);
});

describe('a line of text', () => {
  const fits = (text: string) => lineOfText(30).safeParse(text).success;

  test.each([
    'Laborbefund – Blutbild',
    '血液検査',
    'تحليل الدم',
    'n̈ 🩸',
    'a\u{E000}',
    '#1: "x" <b>',
  ])('%j is one', (text) => {
    expect(fits(text)).toBe(true);
  });

  test.each([
    ...['', 'a'.repeat(31), 'a\u0000', 'a\n', 'a\u007F', 'a\u0085', 'a\uD800', 'a\u2028'],
    ...['a\u202E', 'a\u2066', 'a\uFDD0', 'a\uFFFE', 'a\uFFFF', 'a\u{1FFFE}', 'a\u{10FFFF}'],
  ])('%j is none', (text) => {
    expect(fits(text)).toBe(false);
  });

  test('may be empty where that is said', () => {
    expect(lineOfText(20, 0).safeParse('').success).toBe(true);
  });
});
