import { SalusError } from '@salus/protocol';

/** The error of a decision or key that doesn't follow from what the patient signed. */
export function unproven(why: string, cause?: unknown): SalusError {
  return new SalusError(
    'ERR_CONSENT_UNPROVEN',
    `No statement of the patient proves what the ledger says: ${why}`,
    { argument: 'decision', ...(cause !== undefined && { cause }) },
  );
}

/** @throws SalusError `ERR_CONSENT_UNPROVEN` */
export function demand(holds: boolean, otherwise: string): void {
  if (!holds) throw unproven(otherwise);
}

/** Reads what a decision rests on. @throws SalusError `ERR_CONSENT_UNPROVEN` where it isn't there */
export async function found<T>(reading: Promise<T>, what: string): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    if (!(error instanceof SalusError) || error.code !== 'ERR_NOT_FOUND') throw error;
    throw unproven(`its ${what} is not on the ledger`, error);
  }
}
