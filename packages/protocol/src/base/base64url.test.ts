import fc from 'fast-check';
import { fromBase64url, toBase64url } from './base64url.js';

describe('base64url', () => {
  it('has the encoding that Node has, and gets back what was encoded', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 20_000 }), (bytes) => {
        const text = toBase64url(bytes);
        expect(text).toBe(Buffer.from(bytes).toString('base64url'));
        expect(fromBase64url(text)).toEqual(bytes);
      }),
      { numRuns: 50 },
    );
  });

  it.each(['a', 'AAAB=', 'AA+A', 'AA/A', 'AAF', 'ä', 'AA A'])('does not decode %j', (text) => {
    expect(fromBase64url(text)).toBeUndefined();
  });
});
