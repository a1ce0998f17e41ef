/**
 * The patient's wallet without its surroundings: it runs on WebCrypto alone, in browsers and in Node. No
 * module of Node's is reached from here; a test bundles it for a browser.
 */
export {
  categoryKeyPairOf,
  categoryTagOf,
  hpkeKeyPairOf,
  labelTagOf,
  pseudonymOf,
  tagKeyOf,
} from './derive.js';
export type { CategoryKeyDeposit, SealedCategoryKey } from './epochs.js';
export type { Asker, CoreRequest } from './carry-out.js';
export { TAG_KEY_INFO } from './keys.js';
export { PORTAL_REQUEST } from './portal.js';
export {
  institutionRequest,
  personRequest,
  walletRequest,
  type WalletAsk,
  type WalletRequest,
} from './requests.js';
export { newWalletState } from './session.js';
export { signPortably, type StatementUse } from './sign.js';
export { generateSigningKey, thumbprintOf, type SigningKey } from './signing-key.js';
export {
  institutionKinds,
  walletState,
  type InstitutionKind,
  type KnownOrganisation,
  type WalletState,
} from './state.js';
export { PatientWallet, type WalletStore } from './wallet.js';
export { recoveryCode } from './wards.js';
