/** What runs in a browser as it does in Node: no module of Node's is reached from here. */
export {
  accessGrant,
  EHR_STATEMENT_USE,
  obligation,
  purposeOfUse,
  requestedPurpose,
  type AccessGrant,
} from './access-grant.js';
export { fromBase64url, toBase64url } from './base64url.js';
export { canonicalJson, type Json } from './canonical-json.js';
export { isErrorCode, type ErrorCode } from './error-codes.js';
export { SalusError, type SalusErrorDetails } from './error.js';
export { identifier, lineOfText, mspId, pseudonym } from './forms.js';
export {
  MAX_STATEMENT_LENGTH,
  STATEMENT_TYP,
  statementInput,
  type StatementClaims,
  type StatementPayload,
} from './statement-input.js';
