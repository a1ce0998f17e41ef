import fc from 'fast-check';
import { base64url, fromBase64url, toBase64url } from './base64url.js';

describe.each([
  ['Node', base64url(Buffer)],
  ['a browser', base64url(undefined)],
])('base64url in %s', (_where, codec) => {
  it('has the encoding that Node has, and gets back what was encoded', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 20_000 }), (bytes) => {
        const text = codec.encode(bytes);
        expect(text).toBe(Buffer.from(bytes).toString('base64url'));
        expect(codec.decode(text)).toEqual(bytes);
      }),
      { numRuns: 50 },
    );
  });

  it('encodes a part of a larger buffer', () => {
    const whole = new Uint8Array([1, 2, 3, 4, 5]);
    expect(codec.decode(codec.encode(whole.subarray(1, 4)))).toEqual(new Uint8Array([2, 3, 4]));
  });

  it('gives bytes of their own', () => {
    expect(codec.decode('AAEC')?.buffer.byteLength).toBe(3);
  });

  it.each(['a', 'AAAB=', 'AA+A', 'AA/A', 'AAF', 'ä', 'AA A'])('does not decode %j', (text) => {
    expect(codec.decode(text)).toBeUndefined();
  });
});

it('base64url is the one of where it runs', () => {
  expect(toBase64url(new Uint8Array([251, 255]))).toBe('-_8');
  expect(fromBase64url('-_8')).toEqual(new Uint8Array([251, 255]));
});
