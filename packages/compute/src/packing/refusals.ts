import { ComputeError } from '../bfv/errors.js';

/** The error of everything here: a value that has no place in its slots. */
export function outOfRange(
  message: string,
  argument: string,
  expected: string,
  got: unknown,
): ComputeError {
  return new ComputeError('ERR_VALUE_OUT_OF_RANGE', message, {
    argument,
    expected,
    got: String(got),
  });
}
