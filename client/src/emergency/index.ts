import '../node-version.js';

export type { BreakGlassLedger } from './break-glass.js';
export { CustodianClient } from './custodian-client.js';
export { keepNote, readNote } from './emergency-note.js';
export { readInEmergency } from './read-emergency.js';
export { partialContext, type PartialAsked } from './partial-request.js';
