import { SalusError } from '@salus/protocol';
import type { Letter } from './letter.js';
import type { MailboxPlace } from './places.js';
import type { CeremonyPurpose, Permission, StoreClient } from './store-client.js';

/** What the parties of a computation need of stores. */
export type ContentStore = Pick<StoreClient, 'put' | 'get' | 'leave' | 'collect'>;

/**
 * Several organisations' stores as one: everything is left at each that answers, and read at the first that
 * has it and passes. Content has its hash and a letter its sender's signature, so no store has to be
 * trusted. What one made up does not stand before what another has.
 */
export class StoreGroup implements ContentStore {
  readonly #stores: readonly ContentStore[];

  /** @param stores - the preferred one first */
  constructor(stores: readonly ContentStore[]) {
    this.#stores = stores;
  }

  async put(bytes: Uint8Array, purpose?: CeremonyPurpose): Promise<string> {
    const [hash = ''] = await this.#all((store) => store.put(bytes, purpose));
    return hash;
  }

  get(hash: string, permission: Permission): Promise<Buffer> {
    return this.#first((store) => store.get(hash, permission));
  }

  async leave(place: MailboxPlace, body: Uint8Array): Promise<void> {
    await this.#all((store) => store.leave(place, body));
  }

  collect<T>(place: MailboxPlace, read: (letter: Letter) => T | Promise<T>): Promise<T> {
    return this.#first((store) => store.collect(place, read));
  }

  /** @throws SalusError the first fault, when no store took it */
  async #all<T>(act: (store: ContentStore) => Promise<T>): Promise<T[]> {
    const outcomes = await Promise.allSettled(this.#stores.map(act));
    const done = outcomes.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    if (done.length > 0) return done;
    throw faultOf(outcomes.map((one): unknown => one.status === 'rejected' && one.reason));
  }

  async #first<T>(read: (store: ContentStore) => Promise<T>): Promise<T> {
    const faults: unknown[] = [];
    for (const store of this.#stores) {
      try {
        return await read(store);
      } catch (error) {
        faults.push(error);
      }
    }
    throw faultOf(faults);
  }
}

/** That something isn't there says more than what a store made up, and that more than that one is away. */
function faultOf(faults: readonly unknown[]): unknown {
  const codeOf = (fault: unknown) => (fault instanceof SalusError ? fault.code : 'ERR_INTERNAL');
  return (
    faults.find((fault) => ABSENT.has(codeOf(fault))) ??
    faults.find((fault) => codeOf(fault) !== 'ERR_SERVICE_UNREACHABLE') ??
    faults[0] ??
    new SalusError('ERR_SETTINGS_MISSING', 'No store is named', { argument: 'store' })
  );
}

const ABSENT: ReadonlySet<string> = new Set(['ERR_NOT_FOUND', 'ERR_NO_DECISION']);
