export {
  appointDelegate,
  appointGuardians,
  recoverWallet,
  type Companion,
  type RecoveryRequest,
  type SignedDelegation,
} from './ceremonies.js';
export * from './core/index.js';
export { PortalClient, type Portal, type Relayed } from './portal-client.js';
export {
  portalRequestBody,
  verifyPortalRequest,
  type PortalJudge,
  type PortalPatient,
  type PortalRequestBody,
} from './portal-request.js';
export { fillIn, templateNames, type TemplateName, type TemplateWish } from './templates.js';
export { textLanguages, wordingOf, type ConsentWording } from './texts.js';
export { guestKinds, type Invitation, type PendingRequest, type WalletAnswer } from './requests.js';
export { askWallet, WalletOwner, type WalletInvitation } from './wallet-client.js';
export { WalletHome, type NewWallet, type UnlockedWallet } from './wallet-home.js';
export { startWallet, type InvitationBook, type WalletServiceOptions } from './wallet-service.js';
export { Wallet, type WalletOptions } from './wallet.js';
