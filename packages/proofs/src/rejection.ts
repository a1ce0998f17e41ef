import { SalusError, type ErrorCode } from '@salus/protocol';

/** The ways in which a receipt may be wrong. */
export type RejectionCode = Extract<ErrorCode, `ERR_RECEIPT_${string}`>;

/** The error of a receipt that is not to be trusted. */
export function reject(code: RejectionCode, why: string, cause?: unknown): SalusError {
  return new SalusError(code, `The receipt is refused: ${why}`, {
    argument: 'receipt',
    ...(cause !== undefined && { cause }),
  });
}

/**
 * Decodes a protobuf message of a receipt.
 *
 * @throws SalusError `ERR_RECEIPT_MALFORMED`
 */
export function decode<T>(
  message: { deserializeBinary(bytes: Uint8Array): T },
  bytes: Uint8Array,
  what: string,
): T {
  try {
    return message.deserializeBinary(bytes);
  } catch (cause) {
    throw reject('ERR_RECEIPT_MALFORMED', `${what} can't be decoded`, cause);
  }
}

/** @throws SalusError `ERR_RECEIPT_MALFORMED` for a part that is missing */
export function need<T>(part: T | undefined, what: string): T {
  if (part === undefined) throw reject('ERR_RECEIPT_MALFORMED', `${what} is missing`);
  return part;
}
