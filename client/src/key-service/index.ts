export { KeyServiceClient } from './key-service-client.js';
export {
  startKeyService,
  type CustodianLedger,
  type KeyServiceOptions,
  type Rewrapped,
} from './key-service.js';
export { openKeyPair } from './keys.js';
export { readRecord, type ReadRecord, type RecordSources } from './read-record.js';
