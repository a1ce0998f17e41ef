import { fromBase64url, SalusError } from '@salus/protocol';

/** A text's UTF-8. */
export function utf8(text: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(new TextEncoder().encode(text));
}

/** Bytes of the platform's generator. */
export function randomBytes(length: number): Uint8Array<ArrayBuffer> {
  return crypto.getRandomValues(new Uint8Array(length));
}

/** Lower-case hex digits. */
export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** SHA-256 (FIPS 180-4). */
export async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
}

/** @throws SalusError `ERR_INVALID_ARGUMENT` for what is not base64url */
export function decoded(text: string, argument: string): Uint8Array<ArrayBuffer> {
  const bytes = fromBase64url(text);
  if (bytes) return bytes;
  throw new SalusError('ERR_INVALID_ARGUMENT', `${argument}: expected base64url`, {
    argument,
    expected: 'base64url without padding',
    got: 'another text',
  });
}
