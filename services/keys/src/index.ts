export { fetchSealed, type SealedRecord } from './fetch-sealed.js';
export { KeyRing, openerOf, type Opener } from './key-ring.js';
export { KeyServiceClient } from './key-service-client.js';
export {
  keyServiceLedger,
  startKeyService,
  type KeyServiceLedger,
  type KeyServiceOptions,
  type Rewrapped,
} from './key-service.js';
export {
  openRecord,
  readRecord,
  type OpenedRecord,
  type ReadRecord,
  type RecordSources,
  type RecordWish,
} from './read-record.js';
export { keepRegistered, organisationKey, ownKey } from './registered-keys.js';
export { rewrapCategory, type RewrapProgress } from './rewrap-category.js';
export { Rewrapper, type RewrapJob } from './rewrapper.js';
