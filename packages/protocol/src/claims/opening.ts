import type { OpeningReason } from '../computation/api.js';
import type { OpeningRule } from '../computation/opening.js';
import type { Claim, Policy } from './api.js';
import { CLAIMS_PURPOSE } from './purpose-name.js';

/**
 * The totals of a claim are opened to the policy's insurer and its auditor together (neither
 * recombines alone), asked for by the insurer's adjusters. An auditor looks at what an insurer has opened, and
 * chooses no claims to see. While a claim is not adjudicated its
 * opening may be asked for again. The rules that hold for every opening come on top.
 */
export function claimOpeningRule(
  policy: Pick<Policy, 'insurer' | 'auditor'>,
  outcome: { readonly status: Exclude<Claim['status'], 'SUBMITTED' | 'SUMMED'> } | undefined,
): OpeningRule {
  const entitled = [policy.insurer, policy.auditor];
  return {
    purpose: CLAIMS_PURPOSE,
    programs: ['sum.v1'],
    // The insurer is to know what it pays for, be it a single line: no cohort is asked for.
    refuse({ mspId, role }, recipients): OpeningReason | undefined {
      if (mspId !== policy.insurer || role !== 'adjuster') return 'REQUESTER_NOT_ENTITLED';
      const exactly =
        recipients.length === entitled.length && entitled.every((one) => recipients.includes(one));
      if (!exactly) return 'RECIPIENTS_NOT_ENTITLED';
      if (outcome !== undefined && outcome.status !== 'OPENING') return 'ALREADY_OPENED';
      return undefined;
    },
    reader: (recipient) => (recipient === policy.insurer ? 'adjuster' : 'auditor'),
    recorders: () => entitled,
  };
}
