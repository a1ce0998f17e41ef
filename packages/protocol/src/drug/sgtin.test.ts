import { canonicalSgtin, readSgtin } from './sgtin.js';

test('both forms of an SGTIN have one spelling', () => {
  const link = 'https://id.gs1.org/01/09520123456788/21/A-1';
  expect(readSgtin(link)).toEqual({ gtin: '09520123456788', serial: 'A-1' });
  expect(canonicalSgtin('urn:epc:id:sgtin:952012.0345678.A-1')).toBe(link);
  expect(canonicalSgtin('http://example.org/01/09520123456788/21/A-1')).toBe(link);
});

test('a text that is no SGTIN is refused', () => {
  expect(() => readSgtin('x')).toThrow(
    expect.objectContaining({
      code: 'ERR_INVALID_ARGUMENT',
      message: 'sgtin: expected an SGTIN',
      argument: 'sgtin',
      expected: 'an EPC URI or GS1 Digital Link with (01) and (21)',
    }) as Error,
  );
});
