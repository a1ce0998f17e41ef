/**
 * Systematic Reed–Solomon erasure code over GF(2^8): k data shards, and parity shards up to n; any k of the
 * n restore all. The coding matrix is a Vandermonde matrix times the inverse of its upper square. So the
 * upper square becomes the identity, and any k rows stay independent. Shards are the same as those of
 * Backblaze's JavaReedSolomon and of klauspost/reedsolomon.
 */
import { SalusError } from '@salus/protocol';
import { multiplyAdd } from './galois.js';
import { invert, times, vandermonde, type Matrix } from './matrix.js';

/** Most shards that a code may have. */
export const MAX_SHARDS = 32;

/** A shard by its number, or nothing in place of one that is not there. */
export type Shards = readonly (Uint8Array | undefined)[];

export class ReedSolomon {
  readonly k: number;
  readonly n: number;
  readonly #rows: Matrix;
  /** Inverses by the shards that are used: in one content they stay the same for long. */
  readonly #inverses = new Map<string, Matrix>();

  /** @throws SalusError `ERR_INVALID_ARGUMENT` unless 1 <= k <= n <= 32 */
  constructor(k: number, n: number) {
    if (!Number.isInteger(k) || !Number.isInteger(n) || k < 1 || n < k || n > MAX_SHARDS) {
      throw new SalusError('ERR_INVALID_ARGUMENT', 'There is no such erasure code', {
        argument: 'k, n',
        expected: `1 <= k <= n <= ${MAX_SHARDS}`,
        got: `${k} of ${n}`,
      });
    }
    this.k = k;
    this.n = n;
    const wide = vandermonde(n, k);
    this.#rows = times(wide, invert(wide.slice(0, k)));
  }

  /** The n - k parity shards of k data shards of the same length. */
  parity(data: readonly Uint8Array[]): Buffer[] {
    if (data.length !== this.k) throw shardsWrong(`${this.k} data shards`, data.length);
    requireSameLength(data);
    return this.#rows.slice(this.k).map((row) => combine(row, data));
  }

  /**
   * Restores shards from any k others.
   *
   * @param shards - n places; the first k that are there are used
   * @param wanted - numbers of the shards to return; those that are there are returned as they are
   * @throws SalusError `ERR_INVALID_ARGUMENT` where fewer than k are there, or lengths differ
   */
  restore(shards: Shards, wanted: readonly number[]): Uint8Array[] {
    const present = shards.flatMap((shard, index) => (shard ? [{ shard, index }] : []));
    const used = present.slice(0, this.k);
    if (used.length < this.k) throw shardsWrong(`${this.k} shards`, used.length);
    const inputs = used.map(({ shard }) => shard);
    requireSameLength(inputs);
    return wanted.map((number) => {
      const there = shards[number];
      if (there) return there;
      const row = this.#rows[number];
      if (!row) throw shardsWrong(`a shard below ${this.n}`, number);
      const [weights] = times([row], this.#inverseOf(used.map(({ index }) => index)));
      return combine(weights ?? row, inputs);
    });
  }

  #inverseOf(used: readonly number[]): Matrix {
    const name = used.join();
    const known = this.#inverses.get(name);
    if (known) return known;
    const inverse = invert(this.#rows.filter((_, index) => used.includes(index)));
    this.#inverses.set(name, inverse);
    return inverse;
  }
}

function combine(weights: Uint8Array, inputs: readonly Uint8Array[]): Buffer {
  const output = Buffer.alloc(inputs[0]?.length ?? 0);
  inputs.forEach((input, index) => {
    multiplyAdd(weights[index] ?? 0, input, output);
  });
  return output;
}

function requireSameLength(shards: readonly Uint8Array[]): void {
  const lengths = new Set(shards.map(({ length }) => length));
  if (lengths.size > 1) throw shardsWrong('shards of one length', [...lengths].join(', '));
}

function shardsWrong(expected: string, got: number | string): SalusError {
  return new SalusError('ERR_INVALID_ARGUMENT', 'The shards do not fit the erasure code', {
    argument: 'shards',
    expected,
    got: String(got),
  });
}
