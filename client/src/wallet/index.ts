import '../node-version.js';

export { askWallet, type WalletInvitation, WalletOwner } from './wallet-client.js';
