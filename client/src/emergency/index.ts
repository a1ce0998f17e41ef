import '../node-version.js';

export type { BreakGlassLedger, EmergencyRequest, BrokenGlass, Liar } from './break-glass.js';
export { CustodianClient } from './custodian-client.js';
export { keepNote, readNote, type EmergencyNote } from './emergency-note.js';
export { readInEmergency, type EmergencyReading, type EmergencySources } from './read-emergency.js';
export { partialContext, type PartialAsked } from './partial-request.js';
export type { Silence } from './collect.js';
