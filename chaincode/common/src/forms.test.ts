import { z } from 'zod';
import { distinctArray, eachOnce } from './forms.js';

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
