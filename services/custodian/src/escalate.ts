import type { EhrClient } from '@salus/client/ehr';
import { SalusError } from '@salus/protocol';
import type { DecisionRef } from '@salus/protocol/ehr';

/**
 * Escalates every emergency access whose review is overdue: the ledger tells everybody by an event, and
 * lists it as escalated from then on.
 *
 * @returns those that this call escalated
 */
export async function escalateOverdue(
  ledger: Pick<EhrClient, 'emergencies' | 'escalateEmergency'>,
): Promise<DecisionRef[]> {
  const escalated: DecisionRef[] = [];
  for await (const { ref, escalatedAt } of ledger.emergencies({ review: 'overdue' })) {
    if (escalatedAt !== undefined) continue;
    try {
      await ledger.escalateEmergency({ ref });
      escalated.push(ref);
    } catch (error) {
      if (!isDoneAlready(error)) throw error;
    }
  }
  return escalated;
}

/** Another custodian did it, or it was reviewed meanwhile. */
function isDoneAlready(error: unknown): boolean {
  return (
    error instanceof SalusError &&
    ['ERR_CONFLICT', 'ERR_ALREADY_EXISTS', 'ERR_MVCC_CONFLICT'].includes(error.code)
  );
}
