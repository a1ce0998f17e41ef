export { deidentifyCohort } from './cohort.js';
export { changesContent } from './obligations.js';
export { type ProfileName, profileNames } from './profiles.js';
export { bundleOf, deidentifyRecord } from './record.js';
