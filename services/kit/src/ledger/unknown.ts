/**
 * How a service bears events of what its peer's ledger does not have. The own peer shows a thing before it tells of it, so
 * only a forged event names something else.
 */

/** Looks at what the ledger does not have, until it is given up. */
export const LOOKS_FOR_UNKNOWN = 5;

/**
 * Things that wait for their first finding at once: no flood of forged events makes the list longer. The rules of the
 * ledger bound how many there are of the others.
 */
export const MOST_UNKNOWN = 500;
