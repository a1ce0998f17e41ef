import type { EhrClient } from '@salus/client/ehr';
import type { DecisionRef } from '@salus/protocol/ehr';
import { isOvertaken } from '@salus/service-kit';

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
      // Another custodian did it, or it was reviewed meanwhile.
      if (!isOvertaken(error)) throw error;
    }
  }
  return escalated;
}
