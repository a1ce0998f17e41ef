import '../node-version.js';

export { DrugClient, type TraceSubject } from './drug-client.js';
export { type PackingList, registerPackedBatch, type BatchRegistrar } from './packing.js';
