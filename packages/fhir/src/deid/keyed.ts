import { createHmac } from 'node:crypto';
import { SalusError } from '@salus/protocol';

const KEY_BYTES = 32;
/** Dates move by up to a year, never by nothing. */
const MAX_SHIFT_DAYS = 365;

/**
 * Pseudonyms and offsets that only who has the key can make again: HMAC-SHA-256 (RFC 2104). The same key
 * makes the same ones, so that what is shared in parts fits together. A key of its own for each project
 * keeps projects apart. A key thrown away leaves nobody the way back.
 */
export class Keyed {
  readonly #key: Uint8Array;

  /** @param key - 32 random bytes */
  constructor(key: Uint8Array) {
    if (key.length !== KEY_BYTES) {
      throw new SalusError('ERR_INVALID_ARGUMENT', `key: expected ${KEY_BYTES} bytes`, {
        argument: 'key',
        expected: `${KEY_BYTES} bytes`,
        got: `${key.length} bytes`,
      });
    }
    this.#key = key;
  }

  /** In the form of a UUID (RFC 9562, version 8), which FHIR takes as an id and in `urn:uuid:`. */
  pseudonym(kind: string, value: string): string {
    const hex = this.#mac(kind, value).toString('hex');
    const variant = ((parseInt(hex.charAt(16), 16) & 0x3) | 0x8).toString(16);
    return [
      hex.slice(0, 8),
      hex.slice(8, 12),
      `8${hex.slice(13, 16)}`,
      `${variant}${hex.slice(17, 20)}`,
      hex.slice(20, 32),
    ].join('-');
  }

  /** A DICOM UID derived from a UUID (DICOM PS3.5, B.2). */
  uid(value: string): string {
    const hex = this.pseudonym('uid', value).replaceAll('-', '');
    return `2.25.${BigInt(`0x${hex}`)}`;
  }

  /** By how many days a patient's dates move: from 1 to 365 days, to either side. */
  shiftDays(patient: string): number {
    const number = this.#mac('shift', patient).readUIntBE(0, 6) % (2 * MAX_SHIFT_DAYS);
    return number < MAX_SHIFT_DAYS ? number - MAX_SHIFT_DAYS : number - MAX_SHIFT_DAYS + 1;
  }

  #mac(kind: string, value: string): Buffer {
    return createHmac('sha256', this.#key)
      .update(JSON.stringify([kind, value]))
      .digest();
  }
}
