export { checkContent, type CheckOptions, type PartState } from './check-content.js';
export { FileObjects } from './file-objects.js';
export {
  getCiphertext,
  getContent,
  readContent,
  type GetOptions,
  type GetProgress,
} from './get-content.js';
export {
  DEFAULT_BLOCK_BYTES,
  type ContentAnchor,
  type PartPlace,
  type RecordLayout,
} from './layout.js';
export { S3Objects, type S3Options } from './s3-objects.js';
export { ObjectPartStore, type PartHealth } from './object-part-store.js';
export type { ObjectStore, StoredObject } from './object-store.js';
export type { Readable } from './part-source.js';
export type {
  CompletePart,
  HeldBlock,
  PartPermission,
  PartReader,
  PartReadOptions,
  PartStore,
  PartWriter,
} from './part-store.js';
export { putContent, type PutOptions, type PutProgress, type StoreOf } from './put-content.js';
export { MAX_SHARDS, ReedSolomon, type Shards } from './reed-solomon.js';
export { repairContent, type RepairOptions } from './repair-content.js';
export type { ReadOptions, StoreFault } from './stripe-reader.js';
export { FileUploadJournal, type UploadJournal, type UploadState } from './upload-journal.js';
