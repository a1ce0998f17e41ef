import '../node-version.js';

export { ClaimsClient, type ClaimsParts } from './claims-client.js';
export type { ClaimLine, ClaimWithAmounts, SubmittedClaim } from './submit-amounts.js';
