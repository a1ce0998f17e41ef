export {
  parseRecordSearch,
  sortOrders,
  type LongitudinalEntry,
  type RecordSearch,
  type SortOrder,
} from './record-search.js';
export { recordSearchset, type RecordView } from './record-searchset.js';
