export type { PartialAsked, PartialGiven } from './answer.js';
export {
  breakGlass,
  type BreakGlassLedger,
  type BrokenGlass,
  type EmergencyRequest,
  type Liar,
} from './break-glass.js';
export { judgeComplaint, type Complaint } from './complaint.js';
export { CustodianClient } from './custodian-client.js';
export { CustodianHome } from './custodian-home.js';
export { startCustodian, type CustodianServiceOptions } from './custodian-service.js';
export { keepNote, makeNote, noteHash, readNote, type EmergencyNote } from './emergency-note.js';
export { escalateOverdue } from './escalate.js';
export { readInEmergency, type EmergencyReading, type EmergencySources } from './read-emergency.js';
export {
  makePartial,
  openFromPartials,
  partialHash,
  readPartial,
  type Answer,
  type CollectiveKey,
  type OpenedKey,
  type PartialUse,
} from './partial.js';
export {
  emergencyContext,
  sealForEmergency,
  type EmergencyBinding,
  type EmergencyKey,
  type EmergencySealed,
} from './seal.js';
