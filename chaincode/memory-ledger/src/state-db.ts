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
  /** All keys, in the order of their bytes. */
  readonly #keys: { readonly key: string; readonly bytes: Buffer }[] = [];

  get(key: string): Versioned | undefined {
    return this.#values.get(key);
  }

  put(key: string, value: Versioned): void {
    if (!this.#values.has(key)) {
      const bytes = Buffer.from(key, 'utf8');
      this.#keys.splice(this.#firstFrom(bytes), 0, { key, bytes });
    }
    this.#values.set(key, value);
  }

  delete(key: string): void {
    if (!this.#values.delete(key)) return;
    this.#keys.splice(this.#firstFrom(Buffer.from(key, 'utf8')), 1);
  }

  /** Entries from start (inclusive) to end (exclusive; an empty end has no bound). */
  range(start: string, end: string): (readonly [string, Versioned])[] {
    const from = this.#firstFrom(Buffer.from(start, 'utf8'));
    const to = end === '' ? this.#keys.length : this.#firstFrom(Buffer.from(end, 'utf8'));
    const found: (readonly [string, Versioned])[] = [];
    for (const { key } of this.#keys.slice(from, to)) {
      const value = this.#values.get(key);
      if (value) found.push([key, value]);
    }
    return found;
  }

  /** The place of the first key that is not before some bytes, found by halving. */
  #firstFrom(bytes: Buffer): number {
    let [low, high] = [0, this.#keys.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const other = this.#keys[middle]?.bytes;
      if (other && Buffer.compare(other, bytes) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
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
