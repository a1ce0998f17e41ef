import { perProfile } from '../bfv/per-profile.js';
import { dataModulusOf, type Profile } from '../bfv/profiles.js';
import { bytesOf, wordsOf } from '../bfv/residues.js';
import { RingIntegers } from '../short-proof/ring-integers.js';
import { Ring, type Polynomial } from '../short-proof/ring.js';
import type { Wide } from '../short-proof/wide.js';

/** What hides the secret of a share, and the slots that recipients do not get: integers, and a message below t. */
export interface Hiding {
  readonly noise: Wide;
  readonly message: Float64Array;
}

/** Computes partial openings, in memory of its own; one of them does one thing at a time. */
export class ShareOpener {
  readonly #ring: Ring;
  readonly #integers: RingIntegers;
  readonly #c1: Polynomial;
  readonly #opened: Polynomial;
  readonly #factor: bigint;
  readonly #scale: bigint;

  constructor(profile: Profile) {
    this.#ring = new Ring(profile);
    this.#integers = new RingIntegers(this.#ring);
    [this.#c1, this.#opened] = [this.#ring.allocate(), this.#ring.allocate()];
    // A proof of well-formed encryption is about twice the ciphertext, so twice the result is opened.
    this.#factor = profile.proven ? 2n : 1n;
    this.#scale = dataModulusOf(profile) / profile.plainModulus;
  }

  /** @param c1 - of what is opened, in coefficient form */
  set(c1: BigUint64Array): void {
    this.#ring.put(this.#c1, c1);
    this.#ring.scale(this.#c1, this.#factor);
    this.#ring.forward(this.#c1);
  }

  /**
   * c1·s + noise + ⌊q/t⌋·message, in coefficient form.
   * @param secret - s in NTT form
   */
  open(secret: Uint8Array, { noise, message }: Hiding): Uint8Array {
    const ring = this.#ring;
    const s = wordsOf(secret);
    ring.put(this.#opened, s);
    s.fill(0n);
    ring.multiply(this.#opened, this.#c1);
    ring.backward(this.#opened);
    this.#integers.addWide(this.#opened, noise);
    this.#integers.add(this.#opened, message, this.#scale);
    const opened = bytesOf(ring.get(this.#opened));
    this.#integers.wipe();
    ring.wipe(...this.#opened);
    return opened;
  }
}

/** A profile's opener: its tables are made once. */
export const shareOpenerOf = perProfile((profile) => new ShareOpener(profile));
