import { SalusError } from '@salus/protocol';

/** What a wallet does not hold; `what` names it. */
export function notFoundOf(what: string): SalusError {
  return new SalusError('ERR_NOT_FOUND', `The wallet has no such ${what}`, { argument: what });
}

/** What the wallet's state does not allow. */
export function conflictOf(argument: string, message: string): SalusError {
  return new SalusError('ERR_CONFLICT', message, { argument });
}

/** What the one who asks may not have. */
export function forbidden(message: string, argument = 'request'): SalusError {
  return new SalusError('ERR_FORBIDDEN', message, { argument });
}

/** A request that is well-formed and makes no sense. */
export function unfit(argument: string, expected: string): SalusError {
  return new SalusError('ERR_INVALID_ARGUMENT', `${argument}: expected ${expected}`, {
    argument,
    expected,
  });
}
