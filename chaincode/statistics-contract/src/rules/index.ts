/** The rules of studies, for those who judge again what the ledger decided. */
export { PURPOSE } from '../api.js';
export { isCohort, type CohortTerms } from './cohort.js';
export { studyRule, type StudyOpening } from './opening.js';
