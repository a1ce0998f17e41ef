export { deidentifyCohort, type CohortOptions, type DeidentifiedCohort } from './cohort.js';
export {
  deidentify,
  type BundledResource,
  type Deidentified,
  type DeidOptions,
} from './deidentify.js';
export { profileFor, profileNames, profiles, type Profile, type ProfileName } from './profiles.js';
export {
  QUASI_IDENTIFIERS,
  suppressRare,
  type PatientResources,
  type RareValueOptions,
} from './rare-values.js';
export { deidentifyRecord, type RecordContent } from './record.js';
