export { consentFromGrant, type ConsentExport, type ExportedGrant } from './from-grant.js';
export type { Loss } from './losses.js';
export { tagNames, type TagNames, type Tagging } from './tag-names.js';
export { grantsFromConsent, type ConsentImport, type ConsentImportOptions } from './to-grants.js';
