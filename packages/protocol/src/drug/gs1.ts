/** GS1 identification keys: GS1 General Specifications; EPC Tag Data Standard; GS1 Digital Link. */

/** A serialised trade item: GTIN-14 (AI 01) and serial number (AI 21). */
export interface Sgtin {
  readonly gtin: string;
  readonly serial: string;
}

/** Characters of set 82 (GS1 General Specifications, figure 7.11-1), up to 20 in a serial number. */
const SERIAL = /^[!"%-?A-Z_a-z]{1,20}$/;

/**
 * The check digit for the digits before it (GS1 General Specifications 7.9.1): weights 3 and 1 from
 * the right.
 */
export function checkDigit(digits: string): string {
  const sum = Array.from(digits)
    .reverse()
    .reduce((total, digit, index) => total + Number(digit) * (index % 2 === 0 ? 3 : 1), 0);
  return String((10 - (sum % 10)) % 10);
}

/** Tells whether a text is 14 digits, the last of them right. */
export function isGtin14(text: string): boolean {
  return /^[0-9]{14}$/.test(text) && checkDigit(text.slice(0, -1)) === text.slice(-1);
}

/** Tells whether a text is 18 digits, the last of them right. */
export function isSscc(text: string): boolean {
  return /^[0-9]{18}$/.test(text) && checkDigit(text.slice(0, -1)) === text.slice(-1);
}

/**
 * Reads an SGTIN: an EPC pure identity URI (EPC Tag Data Standard 6.3.1)
 * `urn:epc:id:sgtin:4012345.012345.A1`, or a GS1 Digital Link with (01) and (21)
 * `https://id.gs1.org/01/04012345123456/21/A1` of any host.
 *
 * @returns undefined where it is neither, or a check digit is wrong
 */
export function parseSgtin(text: string): Sgtin | undefined {
  return text.startsWith('urn:') ? fromUrn(text) : fromDigitalLink(text);
}

/** The one spelling of an SGTIN that hashes and state keys use: its canonical GS1 Digital Link. */
export function sgtinLink({ gtin, serial }: Sgtin): string {
  return `https://id.gs1.org/01/${gtin}/21/${encodeURIComponent(serial)}`;
}

function fromUrn(text: string): Sgtin | undefined {
  const match = /^urn:epc:id:sgtin:([0-9]{6,12})\.([0-9])([0-9]{0,6})\.(.+)$/.exec(text);
  if (match === null) return undefined;
  const [, prefix = '', indicator = '', item = '', serial = ''] = match;
  const digits = `${indicator}${prefix}${item}`;
  return sgtinOf(`${digits}${checkDigit(digits)}`, serial);
}

function fromDigitalLink(text: string): Sgtin | undefined {
  const match = /^https?:\/\/[^/?#]+(?:\/[^?#]*)?\/01\/([0-9]{14})\/21\/([^/?#]+)$/.exec(text);
  return match === null ? undefined : sgtinOf(match[1] ?? '', match[2] ?? '');
}

function sgtinOf(gtin: string, escaped: string): Sgtin | undefined {
  const serial = unescape(escaped);
  return isGtin14(gtin) && serial !== undefined && SERIAL.test(serial)
    ? { gtin, serial }
    : undefined;
}

function unescape(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
