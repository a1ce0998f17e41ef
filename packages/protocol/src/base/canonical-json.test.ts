import fc from 'fast-check';
import { canonicalJson } from './canonical-json.js';
import { hashOf } from './hash.js';

describe('canonical JSON', () => {
  test('is that of RFC 8785 section 3.2', () => {
    const value = {
      numbers: [333333333.33333329, 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
      string: '\u20ac$\u000f\nA\'B"\\\\"/',
      literals: [null, true, false],
    };
    expect(canonicalJson(value)).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],' +
        '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
  });

  test('orders members by UTF-16 code units', () => {
    expect(canonicalJson({ '\u{1F600}': 1, '\uFB33': 2, '1': 3, '\r': 4 })).toBe(
      '{"\\r":4,"1":3,"\u{1F600}":1,"\uFB33":2}',
    );
  });

  test('does not depend on the order in which members were set', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        const turned = Object.fromEntries(Object.entries(value).reverse());
        expect(hashOf(turned)).toBe(hashOf(value));
      }),
    );
  });

  test.each([undefined, Number.NaN, Infinity, '\ud800'])('has no form for %p', (value) => {
    expect(() => canonicalJson(value)).toThrow();
  });
});
