import { dataModulusOf, type Profile } from '../bfv/profiles.js';
import { uniformSlots } from '../bfv/smudging.js';
import { proofInvalid } from './invalid.js';
import { REPETITIONS } from './parts.js';
import type { Randomness } from './sampling.js';
import { slotEncoderOf, type SlotEncoder } from './slot-encoder.js';
import { addIntegers, type Wide } from './wide.js';

const { floor } = Math;

/**
 * A further part of a witness: a message whose first slots are zero, times ⌊q/t⌋. It is a part modulo t. A sum of
 * such messages, each times a power of X, is such a message again. So a response shows that no witness has anything
 * in those slots, and a uniform mask hides what stands in the others.
 */
export class HiddenSlots {
  /** What a message is multiplied by: ⌊q/t⌋. */
  readonly scale: bigint;
  readonly #encoder: SlotEncoder;
  readonly #shown: number;
  readonly #t: number;
  /** q modulo t: what is left of ⌊q/t⌋·t. */
  readonly #rest: number;
  readonly #profile: Profile;

  /** @param shown how many slots are zero, from the first on */
  constructor(profile: Profile, shown: number) {
    const { plainModulus: t } = profile;
    const q = dataModulusOf(profile);
    this.#encoder = slotEncoderOf(profile);
    this.#shown = shown;
    this.#profile = profile;
    this.#t = Number(t);
    this.#rest = Number(q % t);
    this.scale = q / t;
  }

  /** Bytes that the messages take in a proof. */
  get length(): number {
    return REPETITIONS * SLOT_BYTES * (this.#encoder.degree - this.#shown);
  }

  /** A uniform one among the messages that are zero in the first slots. */
  sample(random: Randomness): Float64Array {
    const seed = new Uint8Array(32);
    random(seed);
    const slots = uniformSlots(this.#profile, MASK_DOMAIN, seed, this.#shown);
    const message = this.#encoder.encode(slots);
    seed.fill(0);
    slots.fill(0);
    return message;
  }

  /**
   * Brings coefficients back below t. ⌊q/t⌋·t is -(q mod t) modulo q: so much changes in the part that is added to
   * the message, for each t that is taken away.
   */
  reduce(message: Float64Array, into: Wide): void {
    const rest = message.map((value, index) => {
      const times = floor(value / this.#t);
      message[index] = value - times * this.#t;
      return -times * this.#rest;
    });
    addIntegers(into, rest);
    rest.fill(0);
  }

  /** Writes the slots that are not zero. @returns where the next part begins */
  write(bytes: Uint8Array, start: number, message: Float64Array): number {
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    const slots = this.#encoder.decode(message);
    let at = start;
    for (const slot of slots.subarray(this.#shown)) {
      view.setUint32(at, slot % WORD, true);
      bytes[at + 4] = floor(slot / WORD);
      at += SLOT_BYTES;
    }
    slots.fill(0);
    return at;
  }

  /** @throws ComputeError ERR_PROOF_INVALID */
  read(bytes: Uint8Array, start: number): Float64Array {
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    const slots = new Float64Array(this.#encoder.degree);
    let at = start;
    for (let slot = this.#shown; slot < slots.length; slot += 1) {
      const value = view.getUint32(at, true) + (bytes[at + 4] as number) * WORD;
      if (value >= this.#t) {
        throw proofInvalid('a slot is not below the plain modulus', { expected: 'residues' });
      }
      slots[slot] = value;
      at += SLOT_BYTES;
    }
    return this.#encoder.encode(slots);
  }
}

const MASK_DOMAIN = 'salus slot mask of a proof v1';
/** t has 40 bits. */
const SLOT_BYTES = 5;
const WORD = 2 ** 32;
