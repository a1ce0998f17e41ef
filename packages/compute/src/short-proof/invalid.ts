import { ComputeError } from '../bfv/errors.js';

export function proofInvalid(
  message: string,
  more: { readonly expected?: string; readonly got?: string } = {},
): ComputeError {
  return new ComputeError('ERR_PROOF_INVALID', message, { argument: 'proof', ...more });
}
