import { z } from 'zod';

/** Forms that contracts, wallets and services share. */

// No separator, no control character: neither can begin or end another one inside a state key.
export const identifier = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$/, 'an identifier');
export const mspId = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9.-]{0,63}$/, 'an MSP ID');
/** HMAC-SHA-256 of the national ID, in base64url or hex. */
export const pseudonym = z.string().regex(/^[A-Za-z0-9_-]{43,64}$/, 'a pseudonym');
/** HMAC-SHA-256 of the category, in base64url. */
export const categoryTag = z.string().regex(/^[A-Za-z0-9_-]{43}$/, '32 bytes in base64url');

const distinct = (values: readonly unknown[]): boolean => new Set(values).size === values.length;

/** An array without two equal values. */
export function distinctArray<T extends z.ZodType>(element: T, max: number) {
  return z.array(element).min(1).max(max).refine(distinct, 'each value once');
}
