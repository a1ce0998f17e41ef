import type { ValueRange } from '@salus/protocol/computation';
import { ComputeError, type ComputeErrorCode } from './errors.js';
import { HEADER_LENGTH, type Profile } from './profiles.js';
import { findFault, wordsOf, type Fault } from './residues.js';

/** Everything here runs before SEAL sees the bytes; SEAL's own checks are not enough, and leak. */

export interface Expected {
  readonly code: ComputeErrorCode;
  readonly argument: string;
  readonly length: number;
  readonly moduli: readonly bigint[];
  readonly header?: Uint8Array;
}

/** @returns the polynomials' residues, `moduli.length * degree` each */
export function checkPolynomials(
  profile: Profile,
  bytes: Uint8Array,
  expected: Expected,
): BigUint64Array[] {
  verifyPolynomials(profile, bytes, expected);
  const words = wordsOf(bytes, expected.header === undefined ? 0 : HEADER_LENGTH);
  const size = expected.moduli.length * profile.degree;
  return Array.from({ length: words.length / size }, (_, index) =>
    words.subarray(index * size, (index + 1) * size),
  );
}

/** The same without giving the polynomials. */
export function verifyPolynomials(profile: Profile, bytes: Uint8Array, expected: Expected): void {
  verifyForm(profile, bytes, expected);
  const { moduli, header } = expected;
  const polynomials = bytes.subarray(header === undefined ? 0 : HEADER_LENGTH);
  requireNoFault(findFault(polynomials, { moduli, degree: profile.degree }), expected);
}

/** @throws ComputeError with the expected code if there is a fault */
export function requireNoFault(
  fault: Fault | undefined,
  { code, argument }: Pick<Expected, 'code' | 'argument'>,
): void {
  if (fault !== undefined) throw new ComputeError(code, `${argument}: ${fault}`, { argument });
}

/** All but the coefficients: length and header. */
export function verifyForm(profile: Profile, bytes: Uint8Array, expected: Expected): void {
  const { code, argument, length, header } = expected;
  checkLength(bytes, length, code, argument);
  if (header !== undefined && Buffer.compare(bytes.subarray(0, HEADER_LENGTH), header) !== 0) {
    throw new ComputeError(code, `${argument} has a foreign header or other parameters`, {
      argument,
      expected: `the uncompressed form under the profile ${profile.name}`,
    });
  }
}

/**
 * Values must keep to their range, and so must the zero in the slots behind them.
 * @throws ComputeError ERR_VALUE_OUT_OF_RANGE
 */
export function checkValues(
  profile: Profile,
  values: readonly number[],
  { least, most }: ValueRange,
): void {
  if (values.length < 1 || values.length > profile.degree) {
    throw new ComputeError('ERR_VALUE_OUT_OF_RANGE', 'wrong number of values', {
      argument: 'values',
      expected: `1 to ${profile.degree} values`,
      got: `${values.length}`,
    });
  }
  const outside = (value: number) => !Number.isInteger(value) || value < least || value > most;
  const position = values.findIndex(outside);
  if (position !== -1) {
    throw new ComputeError('ERR_VALUE_OUT_OF_RANGE', 'a value cannot be encrypted', {
      argument: `values[${position}]`,
      expected: `an integer from ${least} to ${most}`,
    });
  }
  if (values.length < profile.degree && outside(0)) {
    throw new ComputeError('ERR_VALUE_OUT_OF_RANGE', 'the slots without a value hold zero', {
      argument: 'bound',
      expected: 'a range with zero in it',
    });
  }
}

/**
 * Whatever a caller sent: a value that is not bytes is refused like one of another length.
 * @throws ComputeError with `code`
 */
export function checkLength(
  bytes: unknown,
  length: number,
  code: ComputeErrorCode,
  argument: string,
): asserts bytes is Uint8Array {
  if (!(bytes instanceof Uint8Array)) {
    throw new ComputeError(code, `${argument} is not bytes`, {
      argument,
      expected: 'a Uint8Array',
      got: typeof bytes,
    });
  }
  if (bytes.length !== length) {
    throw new ComputeError(code, `${argument} has the wrong length`, {
      argument,
      expected: `${length} bytes`,
      got: `${bytes.length} bytes`,
    });
  }
}
