import * as fc from 'fast-check';
import { guardJson, jsonLimits } from './json-guard.js';
import { readFhirText } from './read.js';

const coded = (code: string) => expect.objectContaining({ code }) as Error;
const basic = (rest: string) => `{"resourceType":"Basic","id":"a",${rest}}`;

describe('the guard before parsing', () => {
  it.each([
    ['__proto__', '"__proto__":{"admin":true}'],
    ['__proto__ in escapes', '"\\u005f_proto__":{"admin":true}'],
    ['constructor', '"extension":[{"constructor":{"prototype":{"admin":true}}}]'],
    ['prototype', '"x":{"prototype":1}'],
    ['a name twice', '"status":"active","status":"entered-in-error"'],
    ['a name twice, once in escapes', '"status":"a","\\u0073tatus":"b"'],
  ])('refuses %s', (_, member) => {
    expect(() => readFhirText(basic(member), 'x')).toThrow(coded('ERR_FHIR_INVALID'));
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
  });

  it.each([
    ['lists', '[', ']'],
    ['objects', '{"a":', '}'],
  ])('refuses %s that nest absurdly, without using up the stack', (_, open, close) => {
    const depth = 5_000_000 / open.length;
    const nested = basic(`"x":${open.repeat(depth)}1${close.repeat(depth)}`);
    expect(() => readFhirText(nested, 'x')).toThrow(coded('ERR_TOO_LARGE'));
    expect(() => readFhirText(open.repeat(depth), 'x')).toThrow(coded('ERR_TOO_LARGE'));
  });

  it('refuses huge lists and objects', () => {
    const list = basic(`"x":[${'0,'.repeat(jsonLimits.items)}0]`);
    expect(() => readFhirText(list, 'x')).toThrow(coded('ERR_TOO_LARGE'));
    const names = Array.from({ length: jsonLimits.items + 1 }, (_, index) => `"n${index}":0`);
    expect(() => readFhirText(basic(names.join(',')), 'x')).toThrow(coded('ERR_TOO_LARGE'));
  });

  it('tells no value of what it refuses', () => {
    const secret = 'Mustermann';
    for (const member of [`"${secret}":1,"${secret}":2`, `"__proto__":"${secret}"`]) {
      expect(() => readFhirText(basic(member), 'x')).toThrow(
        expect.not.objectContaining({
          message: expect.stringContaining(secret) as string,
        }) as Error,
      );
    }
  });

  it('takes strings that look like structure', () => {
    const text = JSON.stringify({ a: '{"__proto__":[[["', b: ['\\"', '\\\\', '__proto__', ',,,'] });
    expect(() => guardJson(text, 'x')).not.toThrow();
  });

  it('takes any JSON that is small and names no prototype, and leaves what is no JSON alone', () => {
    const names = fc
      .string({ maxLength: 8 })
      .filter((name) => !['__proto__', 'constructor', 'prototype'].includes(name));
    const { json } = fc.letrec((tie) => ({
      json: fc.oneof(
        { maxDepth: 6 },
        fc.string(),
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.constant(null),
        fc.array(tie('json'), { maxLength: 4 }),
        fc.dictionary(names, tie('json'), { maxKeys: 4 }),
      ),
    }));
    fc.assert(
      fc.property(json, fc.nat(2), (value, indent) => {
        expect(() => guardJson(JSON.stringify(value, null, indent), 'x')).not.toThrow();
      }),
    );
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('{', '}', '[', ']', '"', ',', ':', '\\', 'a') }),
        (text) => {
          try {
            guardJson(text, 'x');
          } catch (error) {
            expect(error).toMatchObject({ code: expect.stringMatching(/^ERR_/) as string });
          }
        },
      ),
    );
  });
});
