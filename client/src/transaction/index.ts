import '../node-version.js';

export { requireContract } from './contract-definition.js';
export type { CallOptions, Contract, SubmitOptions, Submitted } from './contract.js';
export { eventually } from './eventually.js';
export { allResults } from './pages.js';
export type { Receipt } from './typed-contract.js';
