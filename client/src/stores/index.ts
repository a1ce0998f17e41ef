import '../node-version.js';

export { contentStores } from './content-stores.js';
export { HttpPartStore } from './http-part-store.js';
export { fileOf, type MailboxPlace, type Matter, pathOf, placeOf } from './places.js';
export { fetchBytes, type FetchOptions } from './service-client.js';
export {
  type CeremonyPurpose,
  MAX_CONTENT_BYTES,
  type Permission,
  StoreClient,
} from './store-client.js';
export { type ContentStore, StoreGroup } from './store-group.js';
export { storePlaces, storesByMsp, type StorePlace } from './store-places.js';
export { type Letter, OFFICER } from './letter.js';
