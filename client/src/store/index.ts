export { ledgerView, type ComputationView, type LedgerView } from './ledger-view.js';
export type { Letter } from './mailbox.js';
export type { MailboxPlace, Matter } from './places.js';
export { KEPT_AFTER_RECORD_MS } from './retention.js';
export { StoreClient, type Permission } from './store-client.js';
export { StoreGroup, type ContentStore } from './store-group.js';
export { MAX_CONTENT_BYTES, startStore, type StoreOptions } from './store-service.js';
