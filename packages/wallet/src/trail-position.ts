/**
 * How far a trail was seen. A transaction's time is its client's, so an entry may come after others that
 * have a later one. The IDs of the last while's entries are remembered. Peers refuse transactions whose
 * time is off by more than some minutes (15 unless a network tightens it).
 */
const LATE_MS = 3_600_000;

/** What of an entry of the trail its place depends on. */
interface Placed {
  readonly transactionId: string;
  readonly at: string;
}

/** The latest time seen, and the entries of the while before it. */
export interface TrailPosition {
  at: string;
  transactionIds: string[];
}

/** Which entries are new, and how far the trail then is seen. */
export function lookAt<T extends Placed>(
  entries: readonly T[],
  seen: TrailPosition | undefined,
): { readonly fresh: readonly T[]; readonly position: TrailPosition | undefined } {
  const known = new Set(seen?.transactionIds);
  const fresh = entries.filter(
    ({ at, transactionId }) => !seen || (at >= before(seen.at) && !known.has(transactionId)),
  );
  const at = entries.reduce((latest, one) => (one.at > latest ? one.at : latest), seen?.at ?? '');
  if (at === '') return { fresh, position: undefined };
  const recent = entries.filter((one) => one.at >= before(at));
  return { fresh, position: { at, transactionIds: recent.map((one) => one.transactionId) } };
}

function before(at: string): string {
  return new Date(Date.parse(at) - LATE_MS).toISOString();
}
