export { deidentifyCohort, type DeidentifiedCohort, type CohortOptions } from './cohort.js';
export { changesContent } from './obligations.js';
export { type ProfileName, profileNames } from './profiles.js';
export {
  bundleOf,
  deidentifyRecord,
  type RecordContent,
  type RecordDeidOptions,
} from './record.js';
export type { BundledResource } from './deidentify.js';
export type { RareValueOptions } from './rare-values.js';
export { IdentifyingText } from './identifying-text.js';
