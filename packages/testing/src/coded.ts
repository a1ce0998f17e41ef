import type { ErrorCode } from '@salus/protocol';

/** Matches an error by its code. */
export function coded(code: ErrorCode, more: Readonly<Record<string, unknown>> = {}): Error {
  return expect.objectContaining({ code, ...more }) as Error;
}
