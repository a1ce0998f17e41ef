import type { OpeningReason } from '../api.js';
import type { KeyRecord, OutcomeRecord, PolicyRecord, SumRecord } from '../records.js';

export interface OpeningQuestion {
  readonly requester: { readonly mspId: string; readonly role: string | undefined };
  readonly recipients: readonly string[];
  readonly policy: PolicyRecord;
  readonly key: KeyRecord;
  readonly sum: SumRecord | undefined;
  readonly outcome: OutcomeRecord | undefined;
}

/**
 * Whether the totals of a claim may be opened: by the adjusters of the policy's insurer, for the
 * insurer and its auditor together (neither recombines alone), once the sum is endorsed. While a
 * claim is not adjudicated its opening may be asked for again: the same ciphertext is opened with
 * the same smudging noise, so nothing more is learnt.
 */
export function decideOpening(question: OpeningQuestion): OpeningReason {
  const { requester, recipients, policy, key, sum, outcome } = question;
  if (requester.mspId !== policy.insurer || requester.role !== 'adjuster') {
    return 'REQUESTER_NOT_ENTITLED';
  }
  const entitled = [policy.insurer, policy.auditor];
  const exactly =
    recipients.length === entitled.length && entitled.every((one) => recipients.includes(one));
  if (!exactly) return 'RECIPIENTS_NOT_ENTITLED';
  if (key.publicKeyHash === undefined) return 'KEY_NOT_ACTIVE';
  if (sum === undefined) return 'CLAIM_NOT_SUMMED';
  if (outcome !== undefined && outcome.status !== 'OPENING') return 'ALREADY_OPENED';
  return 'ENTITLED';
}
