import type { Identity } from '../identity/identity.js';
import { StoreClient } from './store-client.js';
import { StoreGroup } from './store-group.js';
import { storePlaces } from './store-places.js';

/**
 * Organisations' stores as one, for the contents of computations.
 *
 * @param named - as `MSP=URL`, the preferred one first
 * @throws SalusError `ERR_INVALID_ARGUMENT`
 */
export function contentStores(
  named: readonly string[],
  { identity, tlsRoots }: { readonly identity: Identity; readonly tlsRoots: readonly string[] },
): StoreGroup {
  const places = storePlaces(named, identity, tlsRoots);
  return new StoreGroup(places.map(({ url }) => new StoreClient(url, identity, tlsRoots)));
}
