import { z } from 'zod';
import { coded } from '@salus/testing/coded';
import { canonicalJson } from './canonical-json.js';
import { checkRequest } from './parse-request.js';

const schema = z.strictObject({ days: z.int(), until: z.string().optional() });

describe('a request that is no text', () => {
  it('is checked as it is, and hashed as if a member that is undefined were not there', () => {
    const checked = checkRequest(schema, { days: 3, until: undefined }, 'grant');
    expect(canonicalJson(checked)).toBe('{"days":3}');
  });

  it.each([
    ['a member of another kind', { days: 'secret' }, 'grant.days'],
    ['a member that nobody knows', { days: 3, more: 'secret' }, 'grant'],
  ])('is refused for %s, without telling the value', (_, value, argument) => {
    const check = () => checkRequest(schema, value, 'grant');
    expect(check).toThrow(coded('ERR_INVALID_ARGUMENT', { argument }));
    expect(check).not.toThrow('secret');
  });
});
