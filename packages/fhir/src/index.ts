export { auditEventOf, type AuditSource } from './audit-event.js';
export { categories, type Category, categoryOf, categoryOfContent } from './category.js';
export {
  authorOf,
  careTimeOf,
  episodeOf,
  linksOf,
  type ResourceLink,
  type LinkRelation,
  type CareTime,
} from './facts.js';
export {
  organisationReference,
  patientId,
  patientReference,
  practitionerReference,
  recordReference,
  type FhirReference,
} from './ids.js';
export { guardJson } from './json-guard.js';

export { readFhirText, fhirLimits, invalidFhir, tooLarge } from './read.js';
export { checkReferences, type ReferenceOptions } from './references.js';
export type { FhirResource, ImportedResource } from './resource.js';
export { SALUS, SYSTEM } from './systems.js';
export { deniedLabels } from './label-closure.js';
export { labelsOf, parseLabel, type SecurityLabel } from './labels.js';
export type { SystemCode } from './values.js';
