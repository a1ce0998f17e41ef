import { keyOf } from '@salus/chaincode-common';

/** Every state key of the contract. */
export const policyKey = keyOf('policy');
export const claimKey = keyOf('claim');
/** claim; guarded by insurer and auditor from the moment it exists */
export const outcomeKey = keyOf('outcome');

/** Private data of insurer and auditor; the collection's own endorsement policy names both. */
export const TOTALS_COLLECTION = 'claimTotals';
/** claim */
export const adjudicationKey = keyOf('adjudication');
/** payment reference: one payment settles one claim */
export const paymentKey = keyOf('payment');
