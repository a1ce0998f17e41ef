import '../node-version.js';

export { ClaimsClient, type ClaimsParts } from './claims-client.js';
export type {
  ClaimContent,
  ClaimLine,
  ClaimWithAmounts,
  SubmittedClaim,
} from './submit-amounts.js';
