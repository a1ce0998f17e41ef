/**
 * Requests and responses of the ehr contract, by topic. Every transaction takes one JSON request and answers
 * one JSON value of the type that {@link EhrTransactions} names.
 */
export * from './access.js';
export * from './audit.js';
export * from './break-glass.js';
export * from './consent.js';
export * from './erasure.js';
export * from './forms.js';
export * from './hpke-keys.js';
export * from './paging.js';
export * from './patients.js';
export * from './records.js';
export * from './referral.js';
export * from './standing.js';
export * from './transactions.js';
