import '../node-version.js';

export { checkDecision, denied } from './access-check.js';
export { consentLedger, type ConsentLedger, type ConsentSource } from './consent-ledger.js';
export {
  ProvenKeys,
  type AccessKey,
  type ProvenEpoch,
  type StatementSource,
  type Deed,
} from './proven-keys.js';
export {
  ReplayGuard,
  signRequest,
  verifyRequest,
  type RequestTarget,
  type TokenJudge,
} from './request-token.js';
export { demand, found, unproven } from './unproven.js';
export { currentMembers, readMemberRoots, type ConfiguredChannel } from './current-members.js';
