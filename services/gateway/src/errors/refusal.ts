import type { OperationOutcomeIssue } from '@medplum/fhirtypes';
import { SalusError, type ErrorCode } from '@salus/protocol';

/**
 * A request that is refused with a status or issues of its own, beyond what its code means by itself.
 */
export class Refusal extends SalusError {
  readonly status: number | undefined;
  readonly issues: readonly OperationOutcomeIssue[];
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    code: ErrorCode,
    message: string,
    options: {
      readonly status?: number;
      readonly issues?: readonly OperationOutcomeIssue[];
      readonly headers?: Readonly<Record<string, string>>;
      readonly argument?: string;
      readonly remedy?: string;
      readonly cause?: unknown;
    } = {},
  ) {
    const { status, issues = [], headers = {}, argument, remedy, cause } = options;
    super(code, message, {
      ...(remedy !== undefined && { remedy }),
      ...(argument !== undefined && { argument }),
      ...(cause !== undefined && { cause }),
    });
    this.status = status;
    this.issues = issues;
    this.headers = headers;
  }
}

/** The error of a request without a token that counts. It never says which part of it was wrong to whom. */
export function unauthenticated(why: string, cause?: unknown): Refusal {
  return new Refusal('ERR_REQUEST_REFUSED', `The request is refused: ${why}`, {
    headers: { 'www-authenticate': 'Bearer error="invalid_token"' },
    cause,
  });
}

/** @returns the error of a token that counts and does not allow this. */
export function forbidden(why: string): Refusal {
  return new Refusal('ERR_FORBIDDEN', why, {
    headers: { 'www-authenticate': 'Bearer error="insufficient_scope"' },
  });
}

/** @returns the error of a request that does not have the form that is expected. */
export function invalid(argument: string, why: string): Refusal {
  return new Refusal('ERR_INVALID_ARGUMENT', why, { argument });
}

/** @returns the error of something that isn't there, or that the caller is not to know of. */
export function notFound(what: string): Refusal {
  return new Refusal('ERR_NOT_FOUND', `There is no such ${what}`);
}

/** @returns the error of a write on a condition that the gateway can't check */
export function unconditional(argument: string): Refusal {
  return invalid(
    argument,
    'The gateway writes without conditions: it does not search in the content of records',
  );
}

/** A write that comes before what it is about: it waits for that, and is refused only when it waited in vain. */
export class NotYet extends Refusal {
  /** @param remedy - what the caller may do about it */
  constructor(message: string, remedy: string) {
    super('ERR_NOT_FOUND', message, { remedy });
  }
}

/** @returns the error of a method that a place does not take */
export function methodNotAllowed(allowed: readonly string[]): Refusal {
  const allow = allowed.join(', ');
  return new Refusal('ERR_INVALID_ARGUMENT', `The gateway takes ${allow} here`, {
    status: 405,
    headers: { allow },
    argument: 'method',
    remedy: `Use ${allow}. docs/gateway.md lists what the gateway does.`,
  });
}

/** @returns the error of a body in a form that the gateway does not read */
export function unsupportedMedia(argument: string, why: string): Refusal {
  return new Refusal('ERR_FHIR_INVALID', why, { status: 415, argument });
}

/** @returns the error of a search whose number nobody knows before all pages are read */
export function uncounted(): Refusal {
  return invalid('_summary', 'The gateway pages through these and does not count them');
}
