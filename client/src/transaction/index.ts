import '../node-version.js';

export { requireContract, type DefinitionSource } from './contract-definition.js';
export type { CallOptions, Contract, SubmitOptions, Submitted } from './contract.js';
export { eventually, type Patience } from './eventually.js';
export { allResults, type PageOptions } from './pages.js';
export { defaultRetry, type RetryPolicy, withRetry } from './retry.js';
export type { Receipt } from './typed-contract.js';
