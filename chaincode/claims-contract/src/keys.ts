import { keyOf } from '@salus/chaincode-common';

/** Every state key of the contract. */
export const keyKey = keyOf('key');
/** key, member */
export const contributionKey = keyOf('contribution');
export const policyKey = keyOf('policy');
export const claimKey = keyOf('claim');
/** A ciphertext enters one claim ever. */
export const ciphertextKey = keyOf('ciphertext');
/** claim */
export const sumKey = keyOf('sum');
/** claim; guarded by insurer and auditor from the moment it exists */
export const outcomeKey = keyOf('outcome');
export const openingKey = keyOf('opening');
/** opening, member */
export const partialKey = keyOf('partial');

/** Private data of insurer and auditor; the collection's own endorsement policy names both. */
export const TOTALS_COLLECTION = 'claimTotals';
/** claim */
export const adjudicationKey = keyOf('adjudication');
/** payment reference: one payment settles one claim */
export const paymentKey = keyOf('payment');
