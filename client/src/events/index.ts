import '../node-version.js';

export { type Checkpointer, fileCheckpointer, memoryCheckpointer } from './checkpointer.js';
export type { ContractEvent } from './event-stream.js';
