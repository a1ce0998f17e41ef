import { shiftOf } from './alignment.js';

/**
 * Checked ciphertexts by hash, the least recently used dropped beyond a cap. They lie in shared
 * memory: every worker reads them without a copy, and a worker that is replaced loses none.
 */
export class InputCache {
  readonly #maxBytes: number;
  readonly #entries = new Map<string, Uint8Array>();
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get(hash: string): Uint8Array | undefined {
    const found = this.#entries.get(hash);
    if (found !== undefined) {
      this.#entries.delete(hash);
      this.#entries.set(hash, found);
    }
    return found;
  }

  /** `bytes` are kept, not copied: nobody may change them. */
  put(hash: string, bytes: Uint8Array): void {
    if (bytes.length > this.#maxBytes || this.#entries.has(hash)) return;
    this.#entries.set(hash, bytes);
    this.#bytes += bytes.length;
    for (const [oldest, dropped] of this.#entries) {
      if (this.#bytes <= this.#maxBytes) return;
      this.#entries.delete(oldest);
      this.#bytes -= dropped.length;
    }
  }

  clear(): void {
    this.#entries.clear();
    this.#bytes = 0;
  }
}

/** A copy in memory that workers share. */
export function shared(bytes: Uint8Array): Uint8Array {
  const shift = shiftOf(bytes);
  const copy = new Uint8Array(new SharedArrayBuffer(shift + bytes.length), shift);
  copy.set(bytes);
  return copy;
}
