export { categories, categoryOf, type Category } from './category.js';
export { fhirLimits, readFhirFile, readFhirText } from './read.js';
export {
  brokenReferences,
  checkReferences,
  type BrokenReference,
  type ReferenceOptions,
} from './references.js';
export type { FhirResource, ImportedResource } from './resource.js';
