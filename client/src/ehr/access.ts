import type { EhrCalls, Query, Submit } from './calls.js';

/** Decisions on who may read what. */
export interface AccessCalls {
  /**
   * Asks for a record. The decision is recorded whether access is permitted or denied: a denial isn't
   * an error. Key services and stores act on the decision's reference.
   *
   * @example
   * const { value } = await client.ehr.requestAccess({ pseudonym, recordId, purpose: 'TREAT', hpkePublicKey });
   * if (!value.permitted) console.log(value.reason);
   */
  readonly requestAccess: Submit<'requestAccess'>;
  /**
   * Asks what {@link requestAccess} would decide now, by the same rule. Nothing is recorded, and
   * nothing is unlocked by the answer.
   */
  readonly evaluateAccess: Query<'evaluateAccess'>;
  /** A decision by patient, time and ID, see `refOf`. */
  readonly getDecision: Query<'getDecision'>;
}

export function accessCalls({ submits, queries }: EhrCalls): AccessCalls {
  return {
    requestAccess: submits('requestAccess'),
    evaluateAccess: queries('evaluateAccess'),
    getDecision: queries('getDecision'),
  };
}
