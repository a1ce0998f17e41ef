import { SalusError } from '@salus/protocol';
import type { OutcomeRecord } from '../state/records.js';

/** @throws SalusError ERR_CONFLICT */
export function requireOutcome(
  claimId: string,
  outcome: OutcomeRecord | undefined,
  expected: OutcomeRecord['status'],
): OutcomeRecord {
  if (outcome?.status !== expected) {
    throw new SalusError('ERR_CONFLICT', `claim ${claimId} cannot take this step now`, {
      argument: 'claimId',
      expected,
      got: outcome?.status ?? 'not opened',
    });
  }
  return outcome;
}

/**
 * Settles an adjudicated claim, once.
 * @throws SalusError ERR_CONFLICT
 */
export function settle(
  claimId: string,
  outcome: OutcomeRecord | undefined,
  payableMinor: number,
  payment: { readonly paymentReferenceHash: string; readonly settledAt: string },
): OutcomeRecord {
  const adjudicated = requireOutcome(claimId, outcome, 'ADJUDICATED');
  if (payableMinor === 0) {
    throw new SalusError('ERR_CONFLICT', `claim ${claimId} was adjudicated to nothing`, {
      argument: 'claimId',
    });
  }
  return { ...adjudicated, ...payment, status: 'SETTLED' };
}
