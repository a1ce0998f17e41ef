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
export { identitiesOf } from './identity.js';
export { checkReferences, References, type ReferenceOptions } from './references.js';
export { ofOnePatient, type OfOnePatient } from './subjects.js';
export type { FhirResource, ImportedResource } from './resource.js';
export { SALUS, SYSTEM } from './systems.js';
export { meetsDate, parseDate, type DateCriterion } from './search/date-criterion.js';
export { spanOf } from './fhir-time.js';
export {
  highWater,
  labellingOf,
  labelsOf,
  parseLabel,
  type FindResource,
  type Labelling,
  type SecurityLabel,
} from './labels.js';
export { deniedLabels } from './label-closure.js';
export type { SystemCode } from './values.js';
