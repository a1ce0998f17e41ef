import '../node-version.js';

export type { BenefitOfLine, ClaimLine } from './claim-lines.js';
export { saltedHashOf, type SaltedHash } from './claim-salts.js';
export { ClaimsClient, type ClaimsParts, type PolicyTerms } from './claims-client.js';
export type { ClaimedBenefit, OpenedTotals, Waiting } from './open-totals.js';
export type { ClaimOpening, PaidClaim } from './settle-claim.js';
export type { ClaimContent, ClaimWithAmounts, SubmittedClaim } from './submit-amounts.js';
