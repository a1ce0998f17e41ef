export {
  fileCheckpointer,
  memoryCheckpointer,
  type Checkpoint,
  type Checkpointer,
} from './checkpointer.js';
export type { ContractEvent, EventOptions } from './event-stream.js';
