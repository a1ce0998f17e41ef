/** Cuts bytes that come in pieces of any length into pieces of one length. */
export class PieceCutter {
  #kept: Uint8Array[] = [];
  #size = 0;

  /** Bytes that came and were not taken yet. */
  get size(): number {
    return this.#size;
  }

  /** The bytes stay the caller's: they must not change until they were taken. */
  add(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#kept.push(bytes);
    this.#size += bytes.length;
  }

  /** Takes the next bytes: as many as are asked for, or all there are. */
  take(length: number): Buffer {
    const parts: Uint8Array[] = [];
    let missing = Math.min(length, this.#size);
    this.#size -= missing;
    let whole = 0;
    for (const piece of this.#kept) {
      if (piece.length > missing) break;
      parts.push(piece);
      missing -= piece.length;
      whole += 1;
    }
    this.#kept = this.#kept.slice(whole);
    const [next] = this.#kept;
    if (missing > 0 && next) {
      parts.push(next.subarray(0, missing));
      this.#kept[0] = next.subarray(missing);
    }
    const [only] = parts;
    if (parts.length === 1 && only) return Buffer.from(only.buffer, only.byteOffset, only.length);
    return Buffer.concat(parts);
  }
}
