export { auditEventOf, auditEventOfDecision, type AuditSource } from './audit-event.js';
export { categories, categoryOf, categoryOfContent, type Category } from './category.js';
export * from './consent/index.js';
export {
  authorOf,
  careTimeOf,
  careTimeOfAll,
  episodeOf,
  linksOf,
  type CareTime,
  type LinkRelation,
  type ResourceLink,
} from './facts.js';
export {
  organisationReference,
  patientId,
  patientReference,
  practitionerReference,
  pseudonymFromId,
  recordReference,
  type FhirReference,
} from './ids.js';
export { guardJson, jsonLimits } from './json-guard.js';
export {
  CONFIDENTIALITIES,
  labelsOf,
  labelsOfAll,
  labelText,
  parseLabel,
  type SecurityLabel,
} from './labels.js';
export { fhirLimits, readFhirFile, readFhirText } from './read.js';
export {
  brokenReferences,
  checkReferences,
  type BrokenReference,
  type ReferenceOptions,
} from './references.js';
export { referralTaskOf, serviceRequestOf } from './referral.js';
export type { FhirResource, ImportedResource } from './resource.js';
export * from './search/index.js';
export { SALUS, SYSTEM } from './systems.js';
