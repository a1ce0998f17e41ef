export { decoded } from './bytes.js';
export type { Asker, CoreRequest } from './carry-out.js';
export { pseudonymOf, tagKeyOf } from './derive.js';
export { describeRequest, type Described } from './describe.js';
export type { CategoryKeyDeposit, SealedCategoryKey } from './epochs.js';
export {
  type GuardiansSet,
  type Rebuilt,
  type RecoveryAsk,
  recoveryState,
  RETURNED_SHARE_INFO,
} from './guardians.js';
export {
  type GuestKind,
  guestKinds,
  invitation,
  type Invitation,
  type PendingRequest,
  type WalletAnswer,
} from './invitations.js';
export { TAG_KEY_INFO } from './keys.js';
export {
  institutionRequest,
  MAX_GRANT_DAYS,
  personRequest,
  type RequestOf,
  type WalletAsk,
  walletRequest,
  type WalletRequest,
} from './requests.js';
export { newWalletState, type StatedKey } from './session.js';
export { type SigningAlgorithm, signingAlgorithms, type SigningJwk } from './signing-key.js';
export {
  delegationTerms,
  type DelegationTerms,
  emptyState,
  institutionKind,
  type InstitutionKind,
  institutionKinds,
  type KeyPurpose,
  keyPurposes,
  nationalIdLength,
  walletState,
  type WalletState,
} from './state.js';
export {
  fillIn,
  missingFor,
  type TemplateName,
  templateNames,
  type TemplateTerms,
  type TemplateWish,
  type TemplateObligation,
  type TemplatePurpose,
} from './templates.js';
export { PatientWallet, type WalletStore } from './wallet.js';
export { recoveryCode, type RecoveryTerms } from './recovery-code.js';
export { PORTAL_REQUEST } from './portal.js';
export type { ContestedKey, LedgerPatient } from './sync.js';
export type { SealedContentKey } from './open.js';
