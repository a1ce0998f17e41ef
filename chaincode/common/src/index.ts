export {
  ACCESS_GRANT,
  accessGrant,
  consentText,
  EHR_STATEMENT_USE,
  grantee,
  grantScope,
  obligation,
  OBLIGATION_POLICIES,
  purposeOfUse,
  REFRAIN_POLICIES,
  requestedPurpose,
  type AccessGrant,
  type ConsentText,
  type Grantee,
  type GrantScope,
  type Obligation,
  type PurposeOfUse,
  type RequestedPurpose,
} from './access-grant.js';
export {
  ACCESS_REQUEST,
  accessRequestStatement,
  type AccessRequestStatement,
} from './access-request.js';
export { canonicalJson, type Json } from './canonical-json.js';
export { MAX_REQUEST_BYTES, parseRequest, parseTransient, transientBytes } from './boundary.js';
export { plusSeconds, transactionMillis, transactionTime } from './clock.js';
export { errorCodes, isErrorCode, type ErrorCode, type ErrorCodeEntry } from './error-codes.js';
export {
  conflict,
  invalidArgument,
  notFound,
  parseWireMessage,
  SalusError,
  type SalusErrorDetails,
  type WireError,
} from './error.js';
export { emit } from './events.js';
export {
  base64url,
  categoryTag,
  distinctArray,
  eachOnce,
  hexHash,
  hpkePublicKey,
  identifier,
  kid,
  labelTag,
  lineOfText,
  mspId,
  pseudonym,
  statementText,
  time,
} from './forms.js';
export { hashOf, sha256, sha256Hex } from './hash.js';
export { caller, requireMsp, requireRole, type Caller } from './identity.js';
export { algorithmOf, importJwk, jwkThumbprint, publicJwk, type PublicJwk } from './jwk.js';
export { keyOf, ledgerKey, type CompositeKey } from './keys.js';
export {
  merkleLeaf,
  merkleProof,
  merkleProofs,
  merkleRoot,
  merkleRootOfLeaves,
  verifyMerkleProof,
  type MerkleProof,
} from './merkle.js';
export {
  CATEGORY_KEY_DEPOSIT,
  CATEGORY_KEYS,
  categoryKeyDeposit,
  categoryKeys,
  DELEGATION,
  DELEGATION_END,
  delegateAction,
  delegation,
  delegationEnd,
  ERASURE_ORDER,
  erasureOrder,
  GUARDIANS,
  guardians,
  KEY_ADDITION,
  KEY_END,
  KEY_POSSESSION,
  keyAddition,
  keyEnd,
  keyPossession,
  keyPurpose,
  newKey,
  nextCategoryKeys,
  PATIENT_REGISTRATION,
  patientRegistration,
  RECOVERY_APPROVAL,
  RECOVERY_VETO,
  recoveryApproval,
  recoveryVeto,
  type CategoryKeyDeposit,
  type CategoryKeys,
  type Delegation,
  type DelegateAction,
  type DelegationEnd,
  type ErasureOrder,
  type Guardians,
  type KeyAddition,
  type KeyEnd,
  type KeyPossession,
  type KeyPurpose,
  type NewKey,
  type NextCategoryKey,
  type PatientRegistration,
  type RecoveryApproval,
  type RecoveryVeto,
} from './patient-statements.js';
export {
  CUSTODIAN_PURPOSES,
  decideConsent,
  type AccessQuestion,
  type ConsentState,
  type NamedGrant,
  type PermittedUse,
  type RefusalReason,
  type Ruling,
} from './rules/combine.js';
export { deniesRequest } from './rules/deny.js';
export {
  GRANT_DEFECTS,
  judgeForce,
  judgeGrant,
  type AskedRecord,
  type AskingParty,
  type GrantDefect,
  type GrantRequest,
  type JudgedGrant,
} from './rules/grant.js';
export { isVoid, isVoidDelegation, type KnownSigners } from './rules/lost-key.js';
export { judgeShare, sharerOf, type JudgedShare, type ShareableGrant } from './rules/share.js';
export { SalusContract } from './salus-contract.js';
export {
  alreadyExists,
  deleteState,
  getPrivate,
  getState,
  listState,
  namesUnder,
  pageState,
  privateHash,
  purgePrivate,
  putPrivate,
  putState,
  requireAbsent,
  requireState,
  stateExists,
  type Page,
  type PageRequest,
} from './state.js';
export {
  MAX_STATEMENT_LENGTH,
  STATEMENT_TYP,
  type StatementClaims,
  type StatementPayload,
} from './statement-input.js';
export {
  CLOCK_SKEW_SECONDS,
  readStatement,
  signStatement,
  verifiedClaims,
  verifyStatement,
  type StatementExpectation,
  type StatementSigner,
  type UnverifiedStatement,
} from './statement.js';
