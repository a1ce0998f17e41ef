import { isErrorCode, type ErrorCode } from '@salus/chaincode-common';

/** A refusal by a contract. */
export interface ContractError {
  readonly code: ErrorCode;
  readonly message: string;
}

/**
 * Finds a contract's `ERR_X: text` in what a peer wraps around it
 * (`chaincode response 500, ERR_X: text`). The one place that parses it.
 */
export function parseContractError(text: string): ContractError | undefined {
  const match = /\b(ERR_[A-Z0-9_]+): ?([^]*)/.exec(text);
  const [, code, message] = match ?? [];
  if (code === undefined || message === undefined || !isErrorCode(code)) return undefined;
  return { code, message: message.trim() };
}
