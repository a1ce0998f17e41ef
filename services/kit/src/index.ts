export { type Asked, askersOf } from './askers.js';
export { type AccessAsked, ConsentCheck, type ProvenAccess } from './consent-check.js';
export {
  type RunningService,
  type ServiceAnswer,
  type ServiceRequest,
  type ServiceTls,
  startService,
} from './http-server.js';
export { followLedger, type FollowerFault, type LedgerSource } from './ledger/follow-ledger.js';
export { isOvertaken } from './ledger/overtaken.js';
export { type Fault, pauseAfter, repeatedly, rest } from './ledger/patience.js';
export { LOOKS_FOR_UNKNOWN, MOST_UNKNOWN } from './ledger/unknown.js';
export { Pins } from './pins.js';
export {
  fromEnvironment,
  passphraseFromEnvironment,
  readServiceTls,
  serveUntilTold,
} from './run.js';
export { protectedBy, Vault } from './vault.js';
export { verifyPortalRequest, type PortalPatient } from './portal-request.js';
