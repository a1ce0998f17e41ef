import '../node-version.js';

export { answerReferral, type ReferralAnswer } from './answer-referral.js';
export type { ReferralOffice } from './office.js';
export { readReferral, type ReferralSources } from './read-referral.js';
export { referPatient, type ReferralWish } from './refer-patient.js';
export { triaged } from './triage.js';
