import { SalusError } from '@salus/protocol';
import type { Identity } from '../identity/identity.js';
import { HttpPartStore } from './http-part-store.js';

/** An organisation's store. */
export interface StorePlace {
  readonly mspId: string;
  readonly url: string;
  readonly store: HttpPartStore;
}

/**
 * Organisations' stores as a command line names them: `MSP=URL`, one each.
 *
 * @throws SalusError `ERR_INVALID_ARGUMENT`
 */
export function storePlaces(
  named: readonly string[],
  identity: Identity,
  tlsRoots: readonly string[] = [],
): StorePlace[] {
  return named.map((text) => {
    const [, mspId, url] = /^([A-Za-z0-9][A-Za-z0-9._-]*)=(.+)$/.exec(text) ?? [];
    if (mspId === undefined || url === undefined || !/^https?:$/.test(protocolOf(url))) {
      throw new SalusError('ERR_INVALID_ARGUMENT', `--store ${text}: expected MSP=URL`, {
        argument: '--store',
        expected: 'MSP ID and address, such as CityHospitalMSP=https://localhost:8443',
        got: text,
      });
    }
    return { mspId, url, store: new HttpPartStore(url, identity, tlsRoots) };
  });
}

/** The stores to read from. */
export function storesByMsp(places: readonly StorePlace[]): ReadonlyMap<string, HttpPartStore> {
  return new Map(places.map(({ mspId, store }) => [mspId, store]));
}

function protocolOf(url: string): string {
  return URL.canParse(url) ? new URL(url).protocol : '';
}
