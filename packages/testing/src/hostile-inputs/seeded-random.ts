import { createHash } from 'node:crypto';

const BLOCK = 4096;

/** The same numbers for the same seed: blocks of SHAKE256 of the seed and a counter. */
export class SeededRandom {
  readonly #seed: string;
  #block = Buffer.alloc(0);
  #used = 0;
  #blocks = 0;

  constructor(seed: string) {
    this.#seed = seed;
  }

  bytes(length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    for (let at = 0; at < length;) {
      const some = this.#take(Math.min(length - at, BLOCK));
      bytes.set(some, at);
      at += some.length;
    }
    return bytes;
  }

  /** An integer from 0 to `end` − 1; `end` at most 2^32. */
  below(end: number): number {
    return this.#take(6).readUIntLE(0, 6) % end;
  }

  /** An integer from 0n to `end` − 1n; `end` at most 2^60. */
  residue(end: bigint): bigint {
    return this.#take(8).readBigUInt64LE() % end;
  }

  pick<T>(list: readonly [T, ...T[]] | readonly T[]): T {
    return list[this.below(list.length)] as T;
  }

  #take(length: number): Buffer {
    if (this.#used + length > this.#block.length) {
      const hash = createHash('shake256', { outputLength: BLOCK });
      this.#block = hash.update(`${this.#seed}\0${this.#blocks}`).digest();
      this.#blocks += 1;
      this.#used = 0;
    }
    return this.#block.subarray(this.#used, (this.#used += length));
  }
}
