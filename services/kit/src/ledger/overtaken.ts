import { SalusError, type ErrorCode } from '@salus/protocol';

const OVERTAKEN: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'ERR_CONFLICT',
  'ERR_MVCC_CONFLICT',
  'ERR_ALREADY_EXISTS',
  'ERR_ENDORSEMENT_MISMATCH',
]);

/** Somebody else acted first: the ledger's state, read again, tells what is left to do. */
export function isOvertaken(error: unknown): boolean {
  return error instanceof SalusError && OVERTAKEN.has(error.code);
}
