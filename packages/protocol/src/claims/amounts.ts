import type { SubjectTerms } from '../computation/ciphertext-use.js';
import type { Policy } from './api.js';
import { CLAIMS_PURPOSE } from './purpose-name.js';

/** A claim is opened once, whenever it was submitted: its own name tells its lines apart. */
const PERIOD = 'once';

/** What the ledger keeps of each of a claim's amounts; contract and client agree on it by this. */
export function aboutAmounts(
  claimId: string,
  { benefits }: Pick<Policy, 'benefits'>,
  { maxValue }: { readonly maxValue: number },
): SubjectTerms {
  return {
    purpose: CLAIMS_PURPOSE,
    subject: claimId,
    measure: claimId,
    period: PERIOD,
    range: { least: 0, most: maxValue },
    slots: Math.max(...benefits.map(({ slot }) => slot)) + 1,
  };
}
