import type { Hash } from 'node:crypto';
import type { Openable } from './responses.js';
import type { Polynomial, Ring, Row } from './ring.js';
import { RingIntegers } from './ring-integers.js';
import type { Wide } from './wide.js';

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
  /** Adds integers in the same ring. */
  readonly integers: RingIntegers;
  readonly #images: (readonly [Polynomial, Polynomial])[] = [];

  constructor(ring: Ring) {
    this.#ring = ring;
    [this.#g, this.#h, this.#x] = [ring.allocate(), ring.allocate(), ring.allocate()];
    [this.#first, this.#second] = [ring.allocate(), ring.allocate()];
    this.integers = new RingIntegers(ring);
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
    this.integers.loadWide(this.#x, x);
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
    this.integers.addWide(first, w);
    if (message) this.integers.add(first, message, scale);
    this.integers.addWide(second, e);
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
    this.#ring.wipe(...[this.#x, this.#first, this.#second].flat());
    this.integers.wipe();
  }
}
