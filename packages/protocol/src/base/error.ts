import { errorCodes, isErrorCode, type ErrorCode } from './error-codes.js';

/** What may be known about an error beyond its code. Values are never patient data. */
export interface SalusErrorDetails {
  /** The argument at fault. */
  readonly argument?: string;
  readonly expected?: string;
  readonly got?: string;
  /** What helps here, where it is more than the remedy of the code. */
  readonly remedy?: string;
  readonly transactionId?: string;
  readonly cause?: unknown;
}

/**
 * The one error class of contracts, client and tools: a stable code for programs, a text for people.
 *
 * @example
 * try { await client.ehr.withdrawConsent(statement); }
 * catch (error) {
 *   if (error instanceof SalusError && error.code === 'ERR_STATEMENT_EXPIRED') { … }
 * }
 */
export class SalusError extends Error {
  readonly code: ErrorCode;
  readonly argument?: string;
  readonly expected?: string;
  readonly got?: string;
  readonly remedy: string;
  readonly transactionId?: string;

  constructor(code: ErrorCode, message: string, details: SalusErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'SalusError';
    this.code = code;
    this.remedy = details.remedy ?? errorCodes[code].remedy;
    if (details.argument !== undefined) this.argument = details.argument;
    if (details.expected !== undefined) this.expected = details.expected;
    if (details.got !== undefined) this.got = details.got;
    if (details.transactionId !== undefined) this.transactionId = details.transactionId;
  }

  /** `ERR_X: text`, the form in which an error leaves a contract: the peer passes on only a message. */
  get wireMessage(): string {
    return `${this.code}: ${this.message}`;
  }

  override toString(): string {
    return this.wireMessage;
  }
}

/** What {@link parseWireMessage} finds. */
export interface WireError {
  readonly code: ErrorCode;
  readonly message: string;
}

/** What fabric-contract-api says of a call that it does not pass on to a contract. */
const unpassed: readonly (readonly [RegExp, ErrorCode])[] = [
  [/Contract name is not known: .*/, 'ERR_UNKNOWN_CONTRACT'],
  [/You've asked to invoke a function that does not exist: .*/, 'ERR_UNKNOWN_TRANSACTION'],
  [/Expected \d+ parameters, but \d+ have been supplied/, 'ERR_ARGUMENT_COUNT'],
];

/**
 * Finds a contract's `ERR_X: text` in what a peer wraps around it
 * (`chaincode response 500, ERR_X: text`), or why the call did not come to the contract.
 *
 * @returns undefined where the text holds neither
 */
export function parseWireMessage(text: string): WireError | undefined {
  const match = /\b(ERR_[A-Z0-9_]+): ?([^]*)/.exec(text);
  const [, code, message] = match ?? [];
  if (code !== undefined && message !== undefined && isErrorCode(code)) {
    return { code, message: message.trim() };
  }
  for (const [pattern, meant] of unpassed) {
    const [said] = pattern.exec(text) ?? [];
    if (said !== undefined) return { code: meant, message: said };
  }
  return undefined;
}

/** What an argument meets that is not what it has to be. */
export function invalidArgument(argument: string, expected: string, got: string): SalusError {
  const message = `${argument}: expected ${expected}`;
  return new SalusError('ERR_INVALID_ARGUMENT', message, { argument, expected, got });
}

/** What a step meets that the state does not allow. */
export function conflict(
  argument: string,
  message: string,
  expected: string,
  got: string,
): SalusError {
  return new SalusError('ERR_CONFLICT', message, { argument, expected, got });
}

/** What is asked of something that is not there; `what` names it, e.g. `record`. */
export function notFound(what: string): SalusError {
  return new SalusError('ERR_NOT_FOUND', `There is no such ${what}`, {
    argument: what,
    expected: `a ${what} on the ledger`,
    got: 'none',
  });
}

/** Waits for what may not be there. @returns undefined where the answer is `ERR_NOT_FOUND` */
export async function ifFound<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof SalusError && error.code === 'ERR_NOT_FOUND') return undefined;
    throw error;
  }
}
