import '../node-version.js';

export { refOf } from './decision-ref.js';
export { ehrClient, type EhrClient } from './ehr-client.js';
export { type ReadableRecord, readableRecords, type RecordFilter } from './longitudinal.js';
