import serialize from 'canonicalize';

/** A value that JSON can hold. */
export type Json =
  null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined };

/**
 * Writes a value as canonical JSON (RFC 8785): equal values have equal texts on every peer.
 *
 * @throws TypeError for what JSON can not hold
 */
export function canonicalJson(value: unknown): string {
  const text = serialize(value);
  if (text === undefined) throw new TypeError('The value has no form in JSON');
  return text;
}
