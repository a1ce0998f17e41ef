import { z } from 'zod';

/** Forms that contracts, wallets and services share. */

/** Names that every object of the language has. A service that looks one up would find what nobody put there. */
const INHERITED: readonly string[] = [
  ...['constructor', 'hasOwnProperty', 'isPrototypeOf', 'propertyIsEnumerable'],
  ...['toLocaleString', 'toString', 'valueOf'],
];

// No separator, no control character: neither can begin or end another one inside a state key.
export const identifier = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$/, 'an identifier')
  .refine((text) => !INHERITED.includes(text), 'an identifier that no object has by itself');
export const mspId = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9.-]{0,63}$/, 'an MSP ID');
/** HMAC-SHA-256 of the national ID, in base64url or hex. */
export const pseudonym = z.string().regex(/^[A-Za-z0-9_-]{43,64}$/, 'a pseudonym');
/** HMAC-SHA-256 of the category, in base64url. */
export const categoryTag = z.string().regex(/^[A-Za-z0-9_-]{43}$/, '32 bytes in base64url');
/** HMAC-SHA-256 of a confidentiality or sensitivity label, in base64url. */
export const labelTag = categoryTag;
/** A time in UTC, to the second or the millisecond. */
export const time = z.iso.datetime({ precision: 3 }).or(z.iso.datetime({ precision: 0 }));
/** SHA-256 in hex. */
export const hexHash = z.string().regex(/^[0-9a-f]{64}$/, '64 lower-case hex digits');
export const base64url = z.string().regex(/^[A-Za-z0-9_-]+$/, 'base64url');
/** Public key of a key encapsulation mechanism (RFC 9180 section 7.1): X25519, or P-256 uncompressed. */
export const hpkePublicKey = base64url.min(43).max(128);
/** `kid` of a statement's signer: a JWK thumbprint (RFC 7638). */
export const kid = z.string().regex(/^[A-Za-z0-9_-]{43}$/, 'a JWK thumbprint');
/** A compact JWS, to be verified. */
export const statementText = z.string().min(1).max(16_384);

/** U+FDD0 to U+FDEF and the last two code points of every plane: never characters (Unicode, section 23.7). */
const NONCHARACTERS = [
  '\\u{FDD0}-\\u{FDEF}',
  ...Array.from({ length: 17 }, (_, plane) => {
    const hex = plane === 0 ? '' : plane.toString(16);
    return `\\u{${hex}FFFE}\\u{${hex}FFFF}`;
  }),
].join('');

/** Separators of lines, and what turns the direction of writing. */
const INVISIBLE = '\\u2028\\u2029\\u202A-\\u202E\\u2066-\\u2069';

// None of these classes grows with a new version of Unicode: all peers judge alike, whatever their Node.js.
const LINE = new RegExp(`^[^\\p{Cc}\\p{Cs}${NONCHARACTERS}${INVISIBLE}]*$`, 'u');

/**
 * A line of words in any script. It has no control character, no separator of state keys (U+0000, U+10FFFF)
 * and no half of a surrogate pair. Nothing in it turns the direction of writing.
 */
export function lineOfText(max: number, min = 1) {
  return z.string().min(min).max(max).regex(LINE, 'a line of text');
}

/**
 * A schema's check that no value occurs twice in a list, or none of what its items have under a key.
 *
 * @example
 * z.array(unit).refine(eachOnce('sscc'), 'each SSCC once')
 */
export function eachOnce(): (items: readonly unknown[]) => boolean;
export function eachOnce<K extends string>(
  key: K,
): (items: readonly Readonly<Record<K, unknown>>[]) => boolean;
export function eachOnce(key?: string) {
  return (items: readonly unknown[]): boolean => {
    const values = items.map((item) => (key === undefined ? item : (item as Item)[key]));
    return new Set(values).size === items.length;
  };
}

type Item = Readonly<Record<string, unknown>>;

/** An array without two equal values. */
export function distinctArray<T extends z.ZodType>(element: T, max: number) {
  return z.array(element).min(1).max(max).refine(eachOnce(), 'each value once');
}
