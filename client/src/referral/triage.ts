import type { Referral } from '@salus/protocol/ehr';

/** FHIR R4 request-priority, the most pressing first. */
export const priorities = ['stat', 'asap', 'urgent', 'routine'] as const;

/**
 * The referrals that wait for something to be done, in the order in which to look at them. The most
 * pressing come first, and of one priority the longest waiting.
 */
export function triaged(referrals: readonly Referral[], now: number): readonly Referral[] {
  const waits = ({ status, notAfter }: Referral) =>
    (status === 'REQUESTED' || status === 'ACCEPTED') && Date.parse(notAfter) > now;
  const rank = ({ priority }: Referral) => priorities.indexOf(priority);
  return referrals
    .filter(waits)
    .sort((a, b) => rank(a) - rank(b) || Date.parse(a.referredAt) - Date.parse(b.referredAt));
}
