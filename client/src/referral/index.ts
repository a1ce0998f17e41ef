export { answerReferral, type ReferralAnswer } from './answer-referral.js';
export type { ReferralOffice } from './office.js';
export { broughtTo, readReferral, type ReferralSources } from './read-referral.js';
export { referPatient, type ReferralWish } from './refer-patient.js';
export { priorities, triaged } from './triage.js';
