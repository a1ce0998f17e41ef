import type { Identity } from '../identity/identity.js';
import { StoreClient } from './store-client.js';
import { StoreGroup } from './store-group.js';
import { addressOf } from './store-places.js';

/**
 * Organisations' stores as one, for the contents of computations. Every store keeps whole contents, so
 * that it does not matter whose it is.
 *
 * @param named - addresses, alone or as `MSP=URL`, the preferred one first
 * @throws SalusError `ERR_INVALID_ARGUMENT`
 */
export function contentStores(
  named: readonly string[],
  { identity, tlsRoots }: { readonly identity: Identity; readonly tlsRoots: readonly string[] },
): StoreGroup {
  return new StoreGroup(named.map((text) => new StoreClient(addressOf(text), identity, tlsRoots)));
}
