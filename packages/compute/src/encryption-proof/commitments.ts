import type { Hash } from 'node:crypto';
import type { Profile } from '../bfv/profiles.js';
import { dataPart } from '../threshold/transforms.js';
import type { Triple } from './responses.js';
import { LIMB_BITS, type Wide } from './wide.js';
import type { Polynomial, Ring, Row } from './ring.js';

/** A public key's polynomials over all moduli, in NTT form. */
export interface KeyPolynomials {
  readonly b: BigUint64Array;
  readonly a: BigUint64Array;
}

/** A ciphertext's polynomials over the data moduli, in coefficient form. */
export interface CiphertextPolynomials {
  readonly c0: BigUint64Array;
  readonly c1: BigUint64Array;
}

/**
 * The linear map that a proof is about, A(u, e1, w) = (t·b·u + w, a·u + e1), and the statement
 * A(witness) = (t·c0, c1) for each ciphertext.
 */
export class LinearMap {
  readonly #profile: Profile;
  readonly #ring: Ring;
  readonly #b: Polynomial;
  readonly #a: Polynomial;
  readonly #u: Polynomial;
  readonly #first: Polynomial;
  readonly #second: Polynomial;
  readonly #small: Polynomial;
  readonly #integers: Row;
  readonly #images: (readonly [Polynomial, Polynomial])[] = [];

  constructor(profile: Profile, ring: Ring) {
    this.#profile = profile;
    this.#ring = ring;
    [this.#b, this.#a, this.#u] = [ring.allocate(), ring.allocate(), ring.allocate()];
    [this.#first, this.#second, this.#small] = [ring.allocate(), ring.allocate(), ring.allocate()];
    this.#integers = ring.allocateRow();
  }

  /** The key under which everything that follows is encrypted. */
  setKey({ b, a }: KeyPolynomials): void {
    this.#ring.put(this.#b, dataPart(this.#profile, b));
    this.#ring.put(this.#a, dataPart(this.#profile, a));
  }

  /** (b·u, a·u) in coefficient form; the ring is where the caller adds to it. */
  encrypt(u: Float64Array): { readonly bu: Polynomial; readonly au: Polynomial } {
    const ring = this.#ring;
    this.#load(this.#u, u);
    ring.forward(this.#u);
    ring.copy(this.#first, this.#u);
    ring.multiply(this.#first, this.#b);
    ring.backward(this.#first);
    ring.copy(this.#second, this.#u);
    ring.multiply(this.#second, this.#a);
    ring.backward(this.#second);
    return { bu: this.#first, au: this.#second };
  }

  /** Adds integers to a polynomial in coefficient form, times `factor`. */
  addIntegers(into: Polynomial, integers: Float64Array, factor = 1n): void {
    this.#load(this.#small, integers);
    if (factor !== 1n) this.#ring.scale(this.#small, factor);
    this.#ring.add(into, this.#small);
  }

  /** Sets the images that challenges multiply. */
  setCiphertexts(ciphertexts: readonly CiphertextPolynomials[]): void {
    const ring = this.#ring;
    ciphertexts.forEach(({ c0, c1 }, index) => {
      const [first, second] = (this.#images[index] ??= [ring.allocate(), ring.allocate()]);
      ring.put(first, c0);
      ring.scale(first, this.#profile.plainModulus);
      ring.put(second, c1);
    });
  }

  /**
   * Hashes A(integers) - Σ X^shift·(t·c0, c1), modulus by modulus: the first polynomial's residues, then
   * the second's, 8 bytes each, least significant first. No shifts: the commitment to a mask.
   */
  hash(into: Hash, { u, e1, w }: Triple, shifts: readonly number[] = []): void {
    const { bu, au } = this.encrypt(u[0] as Float64Array);
    this.#ring.scale(bu, this.#profile.plainModulus);
    this.#addWide(bu, w);
    this.#addWide(au, e1);
    shifts.forEach((shift, index) => {
      const [first, second] = this.#images[index] as readonly [Polynomial, Polynomial];
      this.#ring.subtractShifted(bu, first, shift);
      this.#ring.subtractShifted(au, second, shift);
    });
    bu.forEach((row, index) => {
      into.update(this.#ring.bytes(row));
      into.update(this.#ring.bytes(au[index] as Row));
    });
  }

  #addWide(into: Polynomial, wide: Wide): void {
    wide.forEach((limb, place) => {
      this.addIntegers(into, limb, 1n << BigInt(LIMB_BITS * place));
    });
  }

  /** Overwrites what a witness or a mask was computed in. */
  wipe(): void {
    const polynomials = [this.#u, this.#first, this.#second, this.#small];
    this.#ring.wipe(...polynomials.flat(), this.#integers);
  }

  #load(into: Polynomial, integers: Float64Array): void {
    this.#ring.integers(this.#integers).set(integers);
    this.#ring.reduce(into, this.#integers);
  }
}
