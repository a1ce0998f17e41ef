import type { Hash } from 'node:crypto';
import type { Openable } from './responses.js';
import type { Polynomial, Ring, Row } from './ring.js';
import { LIMB_BITS, type Wide } from './wide.js';

/** Two polynomials over the data moduli. */
export type Pair = readonly [BigUint64Array, BigUint64Array];

/**
 * A(x, e, w) = (g·x + w, h·x + e) over the data moduli, and the images that a proof is about. Nothing of a
 * class: it works in the memory of its ring, so one of them does one thing at a time.
 */
export class LinearMap {
  readonly #ring: Ring;
  readonly #g: Polynomial;
  readonly #h: Polynomial;
  readonly #x: Polynomial;
  readonly #first: Polynomial;
  readonly #second: Polynomial;
  readonly #small: Polynomial;
  readonly #integers: Row;
  readonly #images: (readonly [Polynomial, Polynomial])[] = [];

  constructor(ring: Ring) {
    this.#ring = ring;
    [this.#g, this.#h, this.#x] = [ring.allocate(), ring.allocate(), ring.allocate()];
    [this.#first, this.#second, this.#small] = [ring.allocate(), ring.allocate(), ring.allocate()];
    this.#integers = ring.allocateRow();
  }

  /** g and h in NTT form; `scale` multiplies g. */
  setFactors([g, h]: Pair, scale = 1n): void {
    this.#ring.put(this.#g, g);
    if (scale !== 1n) this.#ring.scale(this.#g, scale);
    this.#ring.put(this.#h, h);
  }

  /** g and h in coefficient form. */
  setFactorsOf([g, h]: Pair): void {
    this.setFactors([g, h]);
    this.#ring.forward(this.#g);
    this.#ring.forward(this.#h);
  }

  /** (g·x, h·x) in coefficient form, in memory that the caller may add to until the next call. */
  products(x: Wide): readonly [Polynomial, Polynomial] {
    const ring = this.#ring;
    x.forEach((limb, place) => {
      const into = place === 0 ? this.#x : this.#small;
      this.#load(into, limb);
      if (place === 0) return;
      ring.scale(into, limbWeight(place));
      ring.add(this.#x, into);
    });
    ring.forward(this.#x);
    for (const [into, factor] of [
      [this.#first, this.#g],
      [this.#second, this.#h],
    ] as const) {
      ring.copy(into, this.#x);
      ring.multiply(into, factor);
      ring.backward(into);
    }
    return [this.#first, this.#second];
  }

  /** Adds integers to a polynomial in coefficient form, times `factor`. */
  addIntegers(into: Polynomial, integers: Float64Array, factor = 1n): void {
    this.#load(this.#small, integers);
    if (factor !== 1n) this.#ring.scale(this.#small, factor);
    this.#ring.add(into, this.#small);
  }

  addWide(into: Polynomial, wide: Wide): void {
    wide.forEach((limb, place) => {
      this.addIntegers(into, limb, limbWeight(place));
    });
  }

  /** Sets what challenges multiply, in coefficient form; `scale` multiplies the first of each pair. */
  setImages(images: readonly Pair[], scale = 1n): void {
    const ring = this.#ring;
    images.forEach(([first, second], index) => {
      const [one, other] = (this.#images[index] ??= [ring.allocate(), ring.allocate()]);
      ring.put(one, first);
      if (scale !== 1n) ring.scale(one, scale);
      ring.put(other, second);
    });
  }

  /**
   * Hashes A(integers) - Σ X^shift·image, modulus by modulus: the first polynomial's residues, then the
   * second's, 8 bytes each, least significant first. No shifts: the commitment to a mask. A message is added to
   * the first polynomial, times `scale`.
   */
  hash(
    into: Hash,
    { x, e, w, message }: Openable,
    shifts: readonly number[] = [],
    scale = 1n,
  ): void {
    const [first, second] = this.products(x);
    this.addWide(first, w);
    if (message) this.addIntegers(first, message, scale);
    this.addWide(second, e);
    shifts.forEach((shift, index) => {
      const [one, other] = this.#images[index] as readonly [Polynomial, Polynomial];
      this.#ring.subtractShifted(first, one, shift);
      this.#ring.subtractShifted(second, other, shift);
    });
    first.forEach((row, index) => {
      into.update(this.#ring.bytes(row));
      into.update(this.#ring.bytes(second[index] as Row));
    });
  }

  /** Overwrites what a witness or a mask was computed in. */
  wipe(): void {
    const polynomials = [this.#x, this.#first, this.#second, this.#small];
    this.#ring.wipe(...polynomials.flat(), this.#integers);
  }

  #load(into: Polynomial, integers: Float64Array): void {
    this.#ring.integers(this.#integers).set(integers);
    this.#ring.reduce(into, this.#integers);
  }
}

const limbWeight = (place: number): bigint => 1n << BigInt(LIMB_BITS * place);
