export { appointDelegate, appointGuardians, type Companion, recoverWallet } from './ceremonies.js';
export { PortalClient, type Relayed } from './portal-client.js';
export { WalletHome } from './wallet-home.js';
export { startWallet } from './wallet-service.js';
export { Wallet } from './wallet.js';
