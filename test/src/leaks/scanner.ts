import { needlesOf, SHORTEST_NEEDLE, type Needle } from './needles.js';

/** Where a text was found that ought not be there. */
export interface Leak {
  readonly place: string;
  readonly text: string;
  readonly form: string;
}

/** What looks like base64 is decoded and searched too, so often. */
const DEPTH = 3;
const ENCODED = /[A-Za-z0-9+/_-]{24,}/g;

/**
 * Searches bytes for many texts at once, in every form of {@link needlesOf}. A table of their first bytes
 * keeps the time from growing with the number of texts.
 */
export class Scanner {
  readonly #byStart = new Map<number, Needle[]>();
  /** Whether any needle begins with three bytes. */
  readonly #begins = new Uint8Array(1 << 24);

  constructor(texts: Iterable<string>) {
    for (const text of new Set(texts)) for (const needle of needlesOf(text)) this.#add(needle);
  }

  /** @param place - names the bytes in what is found */
  scan(place: string, bytes: Buffer): Leak[] {
    const found = new Map<string, Leak>();
    this.#scan(place, bytes, DEPTH, found);
    return [...found.values()];
  }

  #add(needle: Needle): void {
    const start = needle.bytes.readUIntBE(0, SHORTEST_NEEDLE);
    const same = this.#byStart.get(start);
    if (same) same.push(needle);
    else this.#byStart.set(start, [needle]);
    this.#begins[needle.bytes.readUIntBE(0, 3)] = 1;
  }

  #scan(place: string, bytes: Buffer, depth: number, found: Map<string, Leak>): void {
    let three = 0;
    for (let at = 0; at < bytes.length; at += 1) {
      three = ((three << 8) | (bytes[at] ?? 0)) & 0xffffff;
      if (this.#begins[three] === 1 && at >= 2) this.#compare(place, bytes, at - 2, found);
    }
    if (depth === 0) return;
    for (const [run] of bytes.toString('latin1').matchAll(ENCODED)) {
      const inside = `${place} > base64`;
      for (let skipped = 0; skipped < 4; skipped += 1) {
        // Decoded from each of four places, for what stands before it may look like base64 too.
        this.#scan(inside, Buffer.from(run.slice(skipped), 'base64'), depth - 1, found);
        if (run.length < 64) break;
      }
    }
  }

  #compare(place: string, bytes: Buffer, at: number, found: Map<string, Leak>): void {
    if (at + SHORTEST_NEEDLE > bytes.length) return;
    for (const { text, form, bytes: wanted } of this.#byStart.get(
      bytes.readUIntBE(at, SHORTEST_NEEDLE),
    ) ?? []) {
      if (!bytes.subarray(at, at + wanted.length).equals(wanted)) continue;
      found.set(JSON.stringify([place, text, form]), { place, text, form });
    }
  }
}
