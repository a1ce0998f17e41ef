export type { ConsentReference } from './consent-shape.js';
export { consentFromGrant, type ConsentExport, type ExportedGrant } from './from-grant.js';
export type { Loss } from './losses.js';
export { tagNames, type Tagging, type TagNames } from './tag-names.js';
export {
  grantsFromConsent,
  oneYearFrom,
  type ConsentImport,
  type ConsentImportOptions,
} from './to-grants.js';
