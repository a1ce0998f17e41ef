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
    const { mspId, url } = placeIn(text);
    if (mspId === undefined || !isAddress(url)) throw unreadable(text, 'MSP=URL');
    return { mspId, url, store: new HttpPartStore(url, identity, tlsRoots) };
  });
}

/**
 * The address of a store that is named `MSP=URL` or by its address alone.
 *
 * @throws SalusError `ERR_INVALID_ARGUMENT`
 */
export function addressOf(text: string): string {
  const { url } = placeIn(text);
  if (isAddress(url)) return url;
  throw unreadable(text, 'URL or MSP=URL');
}

/** The stores to read from. */
export function storesByMsp(places: readonly StorePlace[]): ReadonlyMap<string, HttpPartStore> {
  return new Map(places.map(({ mspId, store }) => [mspId, store]));
}

function placeIn(text: string): { readonly mspId?: string; readonly url: string } {
  const [, mspId, url] = /^([A-Za-z0-9][A-Za-z0-9._-]*)=(.+)$/.exec(text) ?? [];
  return mspId === undefined || url === undefined ? { url: text } : { mspId, url };
}

function isAddress(url: string): boolean {
  return URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);
}

function unreadable(text: string, form: string): SalusError {
  return new SalusError('ERR_INVALID_ARGUMENT', `The store ${text} is not named as ${form}`, {
    argument: 'stores',
    expected: 'MSP ID and address, such as CityHospitalMSP=https://localhost:8443',
    got: text,
  });
}
