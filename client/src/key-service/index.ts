export { KeyServiceClient } from './key-service-client.js';
export {
  startKeyService,
  type CustodianLedger,
  type KeyServiceOptions,
  type Rewrapped,
} from './key-service.js';
export { CONTENT_KEY_INFO, openKeyPair } from './keys.js';
export { readRecord, type ReadRecord, type RecordSources } from './read-record.js';
