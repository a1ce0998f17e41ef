import '../node-version.js';

export { answerReferral } from './answer-referral.js';
export type { ReferralOffice } from './office.js';
export { readReferral } from './read-referral.js';
export { referPatient } from './refer-patient.js';
export { triaged } from './triage.js';
