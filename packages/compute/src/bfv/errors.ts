/** What can go wrong in the computing layer; the same codes appear in contracts, SDK and CLI. */
export type ComputeErrorCode =
  | 'ERR_ENGINE_UNAVAILABLE'
  | 'ERR_ENGINE_TIMEOUT'
  | 'ERR_ENGINE_FAILED'
  | 'ERR_CIPHERTEXT_INVALID'
  | 'ERR_CONTRIBUTION_INVALID'
  | 'ERR_PROOF_INVALID'
  | 'ERR_PUBLIC_KEY_INVALID'
  | 'ERR_PARTIAL_INVALID'
  | 'ERR_PROFILE_UNKNOWN'
  | 'ERR_VALUE_OUT_OF_RANGE'
  | 'ERR_TOO_MANY_SUMMANDS'
  | 'ERR_PROGRAM_INVALID'
  | 'ERR_BOUND_INVALID'
  | 'ERR_OVERFLOW'
  | 'ERR_NOISE_EXHAUSTED'
  | 'ERR_NOISE_EXCEEDED'
  | 'ERR_CIPHERTEXT_MISSING'
  | 'ERR_ENGINE_BUSY'
  | 'ERR_CANCELLED'
  | 'ERR_SCOPE_CLOSED'
  | 'ERR_SHARE_INVALID'
  | 'ERR_COMMITTEE_INVALID'
  | 'ERR_EPOCH_OUTDATED'
  | 'ERR_RESHARE_INVALID'
  | 'ERR_TRIAL_FAILED'
  | 'ERR_PASSPHRASE_WRONG';

/** Details that help to repair the input: which argument, what it should have been, what it was. */
export interface ComputeErrorDetails {
  readonly argument?: string;
  readonly expected?: string;
  readonly got?: string;
  readonly cause?: unknown;
}

/** The only error that leaves this package. */
export class ComputeError extends Error {
  override readonly name = 'ComputeError';
  readonly argument: string | undefined;
  readonly expected: string | undefined;
  readonly got: string | undefined;

  constructor(
    readonly code: ComputeErrorCode,
    message: string,
    details: ComputeErrorDetails = {},
  ) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.argument = details.argument;
    this.expected = details.expected;
    this.got = details.got;
  }
}
