export { ledgerView, type LedgerView } from './ledger-view.js';
export type { Letter, MailboxPlace } from './mailbox.js';
export { StoreClient, type Permission } from './store-client.js';
export { MAX_CONTENT_BYTES, startStore, type StoreOptions } from './store-service.js';
