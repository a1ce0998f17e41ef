export { ledgerView, type ComputationView, type LedgerView } from './ledger-view.js';
export type { Letter } from './mailbox.js';
export type { MailboxPlace, Matter } from './places.js';
export { KEPT_AFTER_RECORD_MS } from './retention.js';
export {
  verifyErasure,
  type ErasureConfirmation,
  type ErasureJudge,
  type ErasureRequest,
} from './erasure.js';
export { HttpPartStore } from './http-part-store.js';
export { repairParts, type RepairDesk, type RepairedPart } from './repair-parts.js';
export { StoreClient, type Permission } from './store-client.js';
export { storePlaces, storesByMsp, type StorePlace } from './store-places.js';
export { StoreGroup, type ContentStore } from './store-group.js';
export {
  MAX_CONTENT_BYTES,
  startStore,
  UNFINISHED_MS,
  type RunningStore,
  type StoreOptions,
} from './store-service.js';
export type { UploadLimits } from './upload-quota.js';
