export {
  getCiphertext,
  getContent,
  readContent,
  type GetOptions,
  type GetProgress,
} from './get-content.js';
export { type ContentAnchor, leafOf, MAX_BLOCK_BYTES, MAX_BLOCKS, ROOT } from './layout.js';
export { joinLeaves, LEAF_BYTES, rootOfLeaves, splitLeaves } from './leaves.js';
export type {
  CompletePart,
  HeldBlock,
  PartPermission,
  PartReader,
  PartReadOptions,
  PartStore,
  PartWriter,
} from './part-store.js';
export { putContent, type PutOptions, type StoreOf, type PutProgress } from './put-content.js';
export { repairContent, type RepairOptions } from './repair-content.js';
export type { ReadOptions, StoreFault } from './stripe-reader.js';
export type { UploadJournal, UploadState } from './upload-journal.js';
export type { Readable } from './part-source.js';
