import type { Polynomial, Ring, Row } from './ring.js';
import { LIMB_BITS, type Wide } from './wide.js';

/** Adds integers that are no residues to polynomials of a ring. */
export class RingIntegers {
  readonly #ring: Ring;
  readonly #small: Polynomial;
  readonly #integers: Row;

  constructor(ring: Ring) {
    this.#ring = ring;
    this.#small = ring.allocate();
    this.#integers = ring.allocateRow();
  }

  /** Sets a polynomial to integers, each of a magnitude below 2^52. */
  load(into: Polynomial, integers: Float64Array): void {
    this.#ring.integers(this.#integers).set(integers);
    this.#ring.reduce(into, this.#integers);
  }

  /** Sets a polynomial to wide integers. */
  loadWide(into: Polynomial, wide: Wide): void {
    const [least, ...others] = wide as readonly [Float64Array, ...Float64Array[]];
    this.load(into, least);
    others.forEach((limb, place) => {
      this.add(into, limb, limbWeight(place + 1));
    });
  }

  /** Adds integers to a polynomial in coefficient form, times `factor`. */
  add(into: Polynomial, integers: Float64Array, factor = 1n): void {
    this.load(this.#small, integers);
    if (factor !== 1n) this.#ring.scale(this.#small, factor);
    this.#ring.add(into, this.#small);
  }

  addWide(into: Polynomial, wide: Wide): void {
    wide.forEach((limb, place) => {
      this.add(into, limb, limbWeight(place));
    });
  }

  /** Overwrites what was added last. */
  wipe(): void {
    this.#ring.wipe(...this.#small, this.#integers);
  }
}

const limbWeight = (place: number): bigint => 1n << BigInt(LIMB_BITS * place);
