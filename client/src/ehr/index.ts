import '../node-version.js';

export { refOf } from './decision-ref.js';
export { ehrClient, type EhrClient } from './ehr-client.js';
export {
  type ReadableRecord,
  readableRecords,
  type RecordFilter,
  type LongitudinalLedger,
  type LongitudinalQuery,
} from './longitudinal.js';
export { ownDetails } from './own-details.js';
export type { Submit, Query, Relay, EhrTransaction, AnswerOf, RequestOf } from './calls.js';
export type { Actor } from './trails.js';
