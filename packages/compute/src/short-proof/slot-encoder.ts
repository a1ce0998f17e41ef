import { perProfile } from '../bfv/per-profile.js';
import type { Profile } from '../bfv/profiles.js';
import { Ring, type Polynomial } from './ring.js';

/**
 * Turns slots into message polynomials and back, as SEAL's batch encoder does (docs/compute-threshold.md, "Slots").
 * It works without SEAL. Slots and coefficients are integers from 0 to t - 1.
 */
export class SlotEncoder {
  readonly degree: number;
  readonly #ring: Ring;
  readonly #polynomial: Polynomial;
  readonly #places: Uint16Array;

  constructor(profile: Profile) {
    this.degree = profile.degree;
    this.#ring = new Ring(profile, [profile.plainModulus]);
    this.#polynomial = this.#ring.allocate();
    this.#places = placesOf(profile.degree);
  }

  /** The coefficients of the message that has these slots. */
  encode(slots: Float64Array): Float64Array {
    const values = new BigUint64Array(this.degree);
    this.#places.forEach((place, slot) => (values[place] = BigInt(slots[slot] as number)));
    this.#ring.put(this.#polynomial, values);
    this.#ring.backward(this.#polynomial);
    values.fill(0n);
    return this.#take();
  }

  /** The slots of the message that has these coefficients. */
  decode(message: Float64Array): Float64Array {
    const coefficients = BigUint64Array.from(message, BigInt);
    this.#ring.put(this.#polynomial, coefficients);
    this.#ring.forward(this.#polynomial);
    coefficients.fill(0n);
    const values = this.#take();
    const slots = new Float64Array(this.degree);
    this.#places.forEach((place, slot) => (slots[slot] = values[place] as number));
    values.fill(0);
    return slots;
  }

  #take(): Float64Array {
    const words = this.#ring.get(this.#polynomial);
    this.#ring.wipe(...this.#polynomial);
    const taken = Float64Array.from(words, Number);
    words.fill(0n);
    return taken;
  }
}

/** A profile's encoder: its tables are made once. */
export const slotEncoderOf = perProfile((profile) => new SlotEncoder(profile));

/** Where the value of each slot stands in NTT form: slot i at ψ^(3^i), slot N/2 + i at ψ^(-3^i). */
function placesOf(degree: number): Uint16Array {
  const places = new Uint16Array(degree);
  const order = 2 * degree;
  const bits = Math.log2(degree);
  let exponent = 1;
  for (let slot = 0; slot < degree / 2; slot += 1) {
    places[slot] = reversed((exponent - 1) / 2, bits);
    places[slot + degree / 2] = reversed((order - exponent - 1) / 2, bits);
    exponent = (exponent * 3) % order;
  }
  return places;
}

function reversed(index: number, bits: number): number {
  let result = 0;
  for (let bit = 0; bit < bits; bit += 1) result = 2 * result + ((index >> bit) & 1);
  return result;
}
