import fc from 'fast-check';
import { checkDigit, isGtin14, isSscc, parseSgtin, sgtinLink } from './gs1.js';

const digits = (length: number) =>
  fc
    .array(fc.integer({ min: 0, max: 9 }), { minLength: length, maxLength: length })
    .map((all) => all.join(''));
const set82 = fc.constantFrom(
  ...Array.from({ length: 0x7f - 0x21 }, (_, at) => String.fromCharCode(0x21 + at)).filter((char) =>
    /[!"%-?A-Z_a-z]/.test(char),
  ),
);
const serial = fc.string({ unit: set82, minLength: 1, maxLength: 20 });

describe('check digits', () => {
  // GS1 General Specifications 7.9.1 (GTIN-14 of the GTIN-13 6291041500213), EPC Tag Data Standard (SSCC).
  test.each([
    ['0629104150021', '3'],
    ['0952012345678', '8'],
    ['0950110153000', '3'],
    ['10614141234567890', '8'],
    ['', '0'],
  ])('%s is completed by %s', (payload, digit) => {
    expect(checkDigit(payload)).toBe(digit);
  });

  test('no single wrong digit goes unnoticed', () => {
    fc.assert(
      fc.property(digits(13), fc.nat(13), fc.integer({ min: 1, max: 9 }), (payload, at, by) => {
        const gtin = payload + checkDigit(payload);
        expect(isGtin14(gtin)).toBe(true);
        const wrong = Array.from(gtin, (digit, index) =>
          index === at ? String((Number(digit) + by) % 10) : digit,
        ).join('');
        expect(isGtin14(wrong)).toBe(false);
      }),
    );
  });

  test('length and alphabet are checked', () => {
    expect(isGtin14('09520123456788')).toBe(true);
    expect(isSscc('106141412345678908')).toBe(true);
    for (const text of [
      '9520123456788',
      '0952012345678８',
      '09520123456788\n',
      ' 09520123456788',
    ]) {
      expect(isGtin14(text)).toBe(false);
    }
    expect(isGtin14('106141412345678908')).toBe(false);
    for (const text of [
      '09520123456788',
      '106141412345678909',
      'x06141412345678908',
      '106141412345678908 ',
    ]) {
      expect(isSscc(text)).toBe(false);
    }
  });
});

describe('SGTIN', () => {
  const sgtin = { gtin: '09520123456788', serial: 'A-1' };

  test.each([
    'https://id.gs1.org/01/09520123456788/21/A-1',
    'http://example.org/some/path/01/09520123456788/21/A-1',
    'https://id.gs1.org/01/09520123456788/21/%41-1',
    'urn:epc:id:sgtin:952012.0345678.A-1',
    'urn:epc:id:sgtin:952012345678.0.A-1',
  ])('is read from %s', (text) => {
    expect(parseSgtin(text)).toEqual(sgtin);
  });

  test.each([
    ['a wrong check digit', 'https://id.gs1.org/01/09520123456789/21/A-1'],
    ['no serial number', 'https://id.gs1.org/01/09520123456788'],
    ['an empty serial number', 'https://id.gs1.org/01/09520123456788/21/'],
    ['a lot between', 'https://id.gs1.org/01/09520123456788/10/L/21/A-1'],
    ['more after it', 'https://id.gs1.org/01/09520123456788/21/A-1?17=261231'],
    ['no host', 'https:///01/09520123456788/21/A-1'],
    ['another scheme', 'ftp://id.gs1.org/01/09520123456788/21/A-1'],
    ['something before it', ' https://id.gs1.org/01/09520123456788/21/A-1'],
    ['21 characters', `https://id.gs1.org/01/09520123456788/21/${'A'.repeat(21)}`],
    ['a character outside of set 82', 'https://id.gs1.org/01/09520123456788/21/A%00'],
    ['a broken escape', 'https://id.gs1.org/01/09520123456788/21/A%Z'],
    ['too few digits', 'urn:epc:id:sgtin:952012.034567.A-1'],
    ['too many digits', 'urn:epc:id:sgtin:9520123.0345678.A-1'],
    ['too short a prefix', 'urn:epc:id:sgtin:95201.0345678.A-1'],
    ['no serial in the URN', 'urn:epc:id:sgtin:952012.0345678.'],
    ['a URN of something else', 'urn:epc:id:sscc:952012.0345678.A-1'],
    ['a URN with something before it', 'xurn:epc:id:sgtin:952012.0345678.A-1'],
  ])('is not read with %s', (_what, text) => {
    expect(parseSgtin(text)).toBeUndefined();
  });

  test('its link reads back as itself, whatever the serial number', () => {
    fc.assert(
      fc.property(digits(13), serial, (payload, number) => {
        const one = { gtin: payload + checkDigit(payload), serial: number };
        expect(parseSgtin(sgtinLink(one))).toEqual(one);
      }),
    );
    expect(sgtinLink({ ...sgtin, serial: 'A/1' })).toBe(
      'https://id.gs1.org/01/09520123456788/21/A%2F1',
    );
  });
});
