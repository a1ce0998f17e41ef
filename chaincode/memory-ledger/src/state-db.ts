/** Block and place in it of the transaction that wrote a value. */
export interface Version {
  readonly block: number;
  readonly tx: number;
}

/** A value as the state database keeps it. */
export interface Versioned {
  readonly value: Buffer;
  readonly version: Version;
  readonly metadata?: Readonly<Record<string, Buffer>>;
}

export function sameVersion(a: Version | undefined, b: Version | undefined): boolean {
  return a?.block === b?.block && a?.tx === b?.tx;
}

/** Orders keys by their UTF-8 bytes, as LevelDB does. JavaScript's own order is by UTF-16 units. */
export function compareKeys(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a, 'utf8'), Buffer.from(b, 'utf8'));
}

/** Versioned keys and values in key order: one namespace, or one collection of it. */
export class StateStore {
  readonly #values = new Map<string, Versioned>();
  #sorted: string[] | undefined;

  get(key: string): Versioned | undefined {
    return this.#values.get(key);
  }

  put(key: string, value: Versioned): void {
    if (!this.#values.has(key)) this.#sorted = undefined;
    this.#values.set(key, value);
  }

  delete(key: string): void {
    if (this.#values.delete(key)) this.#sorted = undefined;
  }

  /** Entries from start (inclusive) to end (exclusive; an empty end has no bound). */
  range(start: string, end: string): (readonly [string, Versioned])[] {
    this.#sorted ??= [...this.#values.keys()].sort(compareKeys);
    const found: (readonly [string, Versioned])[] = [];
    for (const key of this.#sorted) {
      if (compareKeys(key, start) < 0) continue;
      if (end !== '' && compareKeys(key, end) >= 0) break;
      const value = this.#values.get(key);
      if (value) found.push([key, value]);
    }
    return found;
  }
}

/** Stores by name, made at first use. */
export class StateDatabase {
  readonly #stores = new Map<string, StateStore>();

  store(...name: readonly string[]): StateStore {
    const id = JSON.stringify(name);
    let store = this.#stores.get(id);
    if (!store) this.#stores.set(id, (store = new StateStore()));
    return store;
  }
}
