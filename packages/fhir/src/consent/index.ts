export { consentFromGrant } from './from-grant.js';
export type { Loss } from './losses.js';
export { tagNames, type TagNames } from './tag-names.js';
export { grantsFromConsent } from './to-grants.js';
