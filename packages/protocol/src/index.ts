import './base/one-version.js';

export { fromBase64url, toBase64url } from './base/base64url.js';
export { canonicalJson, type Json } from './base/canonical-json.js';
export { compositeKey } from './base/composite-key.js';
export {
  type ErrorCode,
  errorCodes,
  isErrorCode,
  type ErrorCodeEntry,
} from './base/error-codes.js';
export {
  conflict,
  ifFound,
  invalidArgument,
  notFound,
  parseWireMessage,
  SalusError,
  type WireError,
} from './base/error.js';
export { identifier, lineOfText, mspId, pseudonym } from './base/forms.js';
export { hashOf, sha256Hex } from './base/hash.js';
export { jwkThumbprint, publicJwk, type PublicJwk, algorithmOf } from './base/jwk.js';
export { ownOf } from './base/own.js';
export {
  merkleLeaf,
  merkleProof,
  type MerkleProof,
  merkleProofs,
  merkleRoot,
  merkleRootOfLeaves,
  verifyMerkleProof,
} from './base/merkle.js';
export {
  MAX_STATEMENT_LENGTH,
  type StatementClaims,
  statementInput,
  type StatementPayload,
} from './base/statement-input.js';
export {
  readStatement,
  signStatement,
  type UnverifiedStatement,
  verifiedClaims,
  demandOfStatement,
  invalidStatement,
  type StatementSigner,
} from './base/statement.js';
export {
  ACCESS_GRANT,
  accessGrant,
  type AccessGrant,
  EHR_STATEMENT_USE,
  type Grantee,
  NO_END,
  obligation,
  type Obligation,
  purposeOfUse,
  type PurposeOfUse,
  requestedPurpose,
  type RequestedPurpose,
} from './consent/access-grant.js';
export { ACCESS_REQUEST, accessRequestStatement } from './consent/access-request.js';
export {
  type ConsentState,
  CUSTODIAN_PURPOSES,
  decideConsent,
  type NamedGrant,
  type PermittedUse,
  type Ruling,
  type RefusalReason,
  type AccessQuestion,
} from './consent/combine.js';
export { deniedPurposes, deniesAllOf, deniesRequest } from './consent/deny.js';
export {
  type AskingParty,
  judgeForce,
  judgeGrant,
  type RecordVersion,
  type RecordVersions,
  type JudgedGrant,
  type GrantRequest,
  type GrantDefect,
  type AskedRecord,
} from './consent/grant.js';
export {
  type DelegatedDeed,
  defectOfDelegation,
  type DelegationDefect,
  type DelegationTerms,
} from './consent/delegation.js';
export {
  isVoid,
  isVoidDelegation,
  isVoidForGood,
  isVoidKey,
  type KnownDelegation,
  type KnownSigners,
  type SignedDeed,
} from './consent/lost-key.js';
export { isNamedRole, READING_ROLES, REGISTERING_ROLES } from './consent/reading-roles.js';
export {
  CATEGORY_KEY_DEPOSIT,
  CATEGORY_KEYS,
  categoryKeyDeposit,
  categoryKeys,
  delegateAction,
  type DelegateAction,
  delegation,
  type Delegation,
  DELEGATION,
  DELEGATION_END,
  delegationEnd,
  ERASURE_ORDER,
  erasureOrder,
  type ErasureOrder,
  guardians,
  type Guardians,
  GUARDIANS,
  KEY_ADDITION,
  KEY_END,
  KEY_POSSESSION,
  keyAddition,
  keyEnd,
  type KeyEnd,
  keyPossession,
  type KeyPurpose,
  type NewKey,
  type NextCategoryKey,
  nextCategoryKeys,
  PATIENT_REGISTRATION,
  patientRegistration,
  type PatientRegistration,
  RECOVERY_APPROVAL,
  RECOVERY_VETO,
  recoveryApproval,
  type RecoveryApproval,
  recoveryVeto,
} from './consent/patient-statements.js';
export {
  judgeSharer,
  type JudgedShare,
  type ShareableGrant,
  type Sharer,
} from './consent/share.js';
export { checkRequest, parseRequest } from './base/parse-request.js';
export { MAX_PAGE_SIZE, type Page, type PageRequest } from './base/page.js';
export { DAY_MS } from './base/time.js';
