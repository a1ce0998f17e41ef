/**
 * The group of break-glass keys: P-256 (FIPS 186-5). Its order is prime, so a point on the curve that isn't
 * the identity is always a good one.
 */
import { p256 } from '@noble/curves/nist.js';
import { SalusError, type ErrorCode } from '@salus/protocol';

const { Point } = p256;

/** A point of the curve. */
export type GroupPoint = ReturnType<typeof Point.fromBytes>;

export const GENERATOR: GroupPoint = Point.BASE;

/** Arithmetic of scalars: integers modulo the group's order. */
export const scalars = Point.Fn;

export const SCALAR_BYTES = 32;
/** SEC 1, 2.3.3: lengths of a compressed and of an uncompressed point. */
export const COMPRESSED_BYTES = 33;
export const UNCOMPRESSED_BYTES = 65;

/** What is at fault where bytes are no point or scalar. */
export interface Blame {
  readonly code: ErrorCode;
  readonly argument: string;
}

/**
 * Reads a point in its one encoding of the length expected.
 *
 * @throws SalusError with the blame's code for anything else, be it off the curve or the identity
 */
export function decodePoint(
  bytes: Uint8Array,
  length: typeof COMPRESSED_BYTES | typeof UNCOMPRESSED_BYTES,
  blame: Blame,
): GroupPoint {
  try {
    if (bytes.length !== length) throw new RangeError(`${bytes.length} bytes`);
    const point = Point.fromBytes(Uint8Array.from(bytes));
    point.assertValidity();
    return point;
  } catch (cause) {
    throw malformed(blame, `a point of P-256 in ${length} bytes, not the identity`, cause);
  }
}

/** Reads a scalar from 0 to the order less one. @throws SalusError with the blame's code */
export function decodeScalar(bytes: Uint8Array, blame: Blame): bigint {
  try {
    return scalars.fromBytes(Uint8Array.from(bytes));
  } catch (cause) {
    throw malformed(blame, `${SCALAR_BYTES} bytes, less than the order of P-256`, cause);
  }
}

/** A scalar that is no 0, from the system's random source. */
export function randomScalar(): Uint8Array {
  return p256.utils.randomSecretKey();
}

/** A secret scalar times a point; in constant time as far as JavaScript allows. */
export function multiplySecret(point: GroupPoint, secret: Uint8Array, blame: Blame): GroupPoint {
  const scalar = decodeScalar(secret, blame);
  if (scalar === 0n) throw malformed(blame, 'a scalar that is not 0');
  return point.multiply(scalar);
}

/** Reads base64url without padding, in its one form. @throws SalusError with the blame's code */
export function decodeBase64url(text: string, length: number, blame: Blame): Buffer {
  const bytes = Buffer.from(text, 'base64url');
  if (bytes.length === length && bytes.toString('base64url') === text) return bytes;
  throw malformed(blame, `${length} bytes in base64url without padding`);
}

export function encodeBase64url(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64url');
}

/** The text form of points in dealings and share images: compressed, in base64url. */
export function pointText(point: GroupPoint): string {
  return encodeBase64url(point.toBytes(true));
}

/** Reads {@link pointText}. @throws SalusError with the blame's code */
export function readPointText(text: string, blame: Blame): GroupPoint {
  return decodePoint(decodeBase64url(text, COMPRESSED_BYTES, blame), COMPRESSED_BYTES, blame);
}

/** A collective public key: base64url of the uncompressed point, as RFC 9180 serialises it. */
export function readPublicKey(publicKey: string): GroupPoint {
  const blame = { code: 'ERR_KEY_INVALID', argument: 'publicKey' } as const;
  return decodePoint(
    decodeBase64url(publicKey, UNCOMPRESSED_BYTES, blame),
    UNCOMPRESSED_BYTES,
    blame,
  );
}

function malformed({ code, argument }: Blame, expected: string, cause?: unknown): SalusError {
  return new SalusError(code, `The ${argument} is not ${expected}`, {
    argument,
    expected,
    ...(cause !== undefined && { cause }),
  });
}
