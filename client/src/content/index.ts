import '../node-version.js';

export { getContent, readContent } from './get-content.js';
export { type ContentAnchor, leafOf, MAX_BLOCK_BYTES, MAX_BLOCKS, ROOT } from './layout.js';
export { joinLeaves, rootOfLeaves, splitLeaves } from './leaves.js';
export type {
  CompletePart,
  HeldBlock,
  PartPermission,
  PartReader,
  PartReadOptions,
  PartStore,
} from './part-store.js';
export { putContent, type PutOptions } from './put-content.js';
export { repairContent } from './repair-content.js';
export type { StoreFault } from './stripe-reader.js';
export { FileUploadJournal } from './upload-journal.js';
