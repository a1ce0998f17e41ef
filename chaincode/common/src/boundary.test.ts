import { z } from 'zod';
import { parseRequest } from '@salus/protocol';

const schema = z.strictObject({
  name: z.string().min(3).max(5),
  count: z.int().min(1),
  mode: z.enum(['A', 'B']),
  hash: z.string().regex(/^[0-9a-f]{4}$/, '4 hex digits'),
  parts: z.array(z.strictObject({ id: z.string() })).max(2),
});
const good = { name: 'name', count: 1, mode: 'A', hash: 'abcd', parts: [{ id: 'x' }] };
const parse = (changes: Readonly<Record<string, unknown>>) =>
  parseRequest(schema, JSON.stringify({ ...good, ...changes }));

describe('the boundary of a contract', () => {
  test('takes what fits', () => {
    expect(parse({})).toEqual(good);
  });

  test.each([
    [{ name: 7 }, 'request.name: expected string, got a number'],
    [{ name: 'no' }, 'request.name: expected at least 3 characters, got a string of 2 characters'],
    [
      { name: 'secret' },
      'request.name: expected at most 5 characters, got a string of 6 characters',
    ],
    [{ count: 0 }, 'request.count: expected at least 1, got a number'],
    [{ mode: 'secret' }, 'request.mode: expected one of A, B, got a string of 6 characters'],
    [{ hash: 'secret' }, 'request.hash: expected 4 hex digits, got a string of 6 characters'],
    [{ hash: null }, 'request.hash: expected string, got null'],
    [{ parts: [{}] }, 'request.parts.0.id: expected string, got nothing'],
    [{ parts: [1, 2, 3] }, /^request\.parts/],
    [{ secret: 1 }, 'request: expected no members beyond those of the interface, got an object'],
  ])('refuses %j by name, expectation and kind', (changes, message) => {
    expect(() => parse(changes)).toThrow(message);
    expect(() => parse(changes)).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_ARGUMENT' }) as Error,
    );
  });

  test('refuses text that is not JSON, without quoting it', () => {
    expect(() => parseRequest(schema, '{"name": secret')).toThrow(/^request: expected JSON$/);
  });

  test('refuses a text that is too large, before reading it', () => {
    expect(() => parseRequest(schema, ' '.repeat(1_048_577))).toThrow(
      expect.objectContaining({ code: 'ERR_TOO_LARGE' }) as Error,
    );
  });
});
