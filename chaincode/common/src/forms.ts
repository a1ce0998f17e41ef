import { z } from 'zod';

/** Forms that contracts, wallets and services share. */

// No separator, no control character: neither can begin or end another one inside a state key.
export const identifier = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$/, 'an identifier');
export const mspId = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9.-]{0,63}$/, 'an MSP ID');
/** HMAC-SHA-256 of the national ID, in base64url or hex. */
export const pseudonym = z.string().regex(/^[A-Za-z0-9_-]{43,64}$/, 'a pseudonym');
/** HMAC-SHA-256 of the category, in base64url. */
export const categoryTag = z.string().regex(/^[A-Za-z0-9_-]{43}$/, '32 bytes in base64url');

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
