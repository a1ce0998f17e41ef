export { ehrClient, type EhrClient } from './ehr-client.js';
export { refOf } from './decision-ref.js';
export type { Actor } from './trails.js';
export {
  readableRecords,
  type LongitudinalQuery,
  type ReadableRecord,
  type RecordFilter,
} from './longitudinal.js';
