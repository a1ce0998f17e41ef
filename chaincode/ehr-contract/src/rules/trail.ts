import type { AuditEntry } from '@salus/protocol/ehr';

/** A time from which on, and one up to which; ISO 8601 in UTC, open where undefined. */
export interface Span {
  readonly from: string | undefined;
  readonly to: string | undefined;
}

/** Puts the grants of a span of time into a page of an audit trail, in order of time. */
export function mergeTrail(
  page: readonly AuditEntry[],
  grants: readonly AuditEntry[],
  { from, to }: Span,
): AuditEntry[] {
  const within = grants.filter(
    ({ at }) => (from === undefined || at >= from) && (to === undefined || at < to),
  );
  return [...page, ...within].sort(inOrder);
}

function inOrder(a: AuditEntry, b: AuditEntry): number {
  return placeOf(a) < placeOf(b) ? -1 : 1;
}

function placeOf({ at, transactionId }: AuditEntry): string {
  return `${at} ${transactionId}`;
}
