import '../node-version.js';

export { checkDecision, denied } from './access-check.js';
export { consentLedger, type ConsentLedger, type ConsentSource } from './consent-ledger.js';
export { ProvenKeys } from './proven-keys.js';
export { ReplayGuard, signRequest, verifyRequest } from './request-token.js';
export { demand, found, unproven } from './unproven.js';
export { currentMembers, readMemberRoots } from './current-members.js';
