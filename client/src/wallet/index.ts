export {
  walletRequest,
  type Invitation,
  type PendingRequest,
  type WalletAnswer,
  type WalletRequest,
} from './requests.js';
export {
  deviceTls,
  newSecrets,
  pseudonymFor,
  walletSecrets,
  type InstitutionKind,
  type WalletSecrets,
} from './secrets.js';
export { askWallet, WalletOwner, type WalletInvitation } from './wallet-client.js';
export { startWallet, type InvitationBook, type WalletServiceOptions } from './wallet-service.js';
export { TAG_KEY_INFO, Wallet } from './wallet.js';
