import { shiftOf } from './alignment.js';
import { HEADER_LENGTH, type Profile } from './profiles.js';
import { DEGENERATE, MOST_ZEROS, UNREDUCED, type Fault } from './residues.js';

/** `addition-kernel.wat`, assembled; addition-kernel.test.ts assembles it again and compares. */
export const KERNEL = [
  'AGFzbQEAAAABDwJgBH9/f34Bf2ACe3sBfwISAQZtZW1vcnkGbWVtb3J5AgAAAwMCAAEHBwEDYWRkAAAKtAEClwECAX8GeyAD',
  '/RIhByAHQgH9Ev3RASEIIAEgAkEDdGohBANAIAH9AAQAIQUgCSAFIAUgCP3ZAf1Q/VAhCSAKIAX9DAAAAAAAAAAAAAAAAAAA',
  'AAD91gH90QEhCiAA/QAEACAF/c4BIQYgACAGIAcgBiAI/dkB/U790QH9CwQAIABBEGohACABQRBqIgEgBEkNAAsgCSAKEAEL',
  'GQAgAP3EAQR/QX8FIAH9HQAgAf0dAXynCws=',
].join('');

type Step = (into: number, from: number, count: number, modulus: bigint) => number;

/** The part of WebAssembly's interface that is used here; Node's types leave it out. */
interface WebAssemblyInterface {
  readonly Memory: new (size: { initial: number }) => { readonly buffer: ArrayBuffer };
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (
    module: object,
    imports: object,
  ) => { readonly exports: Readonly<Record<'add', Step>> };
}

const PAGE = 65_536;
const WORD = 8;

/**
 * Adds ciphertexts in the form in which they travel: residue by residue, which is all that SEAL does. SEAL first copies twice and checks; this checks while it adds, in a third of the
 * time, with the same bytes as result (evaluate.test.ts compares).
 */
export class AdditionKernel {
  readonly #profile: Profile;
  readonly #moduli: readonly bigint[];
  /** The sum, and behind it the summand with its header, which may begin inside a word. */
  readonly #heap: Uint8Array;
  readonly #add: Step;

  constructor(profile: Profile) {
    const { WebAssembly: api } = globalThis as unknown as { WebAssembly: WebAssemblyInterface };
    this.#profile = profile;
    this.#moduli = profile.coefficientModuli.slice(0, -1);
    const memory = new api.Memory({
      initial: Math.ceil((2 * this.#size + WORD + HEADER_LENGTH) / PAGE),
    });
    this.#heap = new Uint8Array(memory.buffer);
    const module = new api.Module(Buffer.from(KERNEL, 'base64'));
    this.#add = new api.Instance(module, { memory: { memory } }).exports.add;
  }

  /** Starts a sum anew. */
  clear(): void {
    this.#heap.fill(0, 0, this.#size);
  }

  /**
   * Of a ciphertext with the right length and header; after a fault the sum is worth nothing. The header is
   * copied too, so that the copy can begin where the ciphertext does (`shiftOf`).
   */
  accumulate(ciphertext: Uint8Array): Fault | undefined {
    const shift = shiftOf(ciphertext);
    this.#heap.set(ciphertext, this.#size + shift);
    const { degree } = this.#profile;
    const from = this.#size + shift + HEADER_LENGTH;
    let into = 0;
    while (into < this.#size) {
      let zeros = 0;
      for (const modulus of this.#moduli) {
        const found = this.#add(into, from + into, degree, modulus);
        if (found < 0) return UNREDUCED;
        zeros += found;
        into += degree * WORD;
      }
      if (zeros > MOST_ZEROS) return DEGENERATE;
    }
    return undefined;
  }

  /** Whether the second polynomial is zero, so that everybody can read the value. */
  get transparent(): boolean {
    return this.#heap.subarray(this.#size / 2, this.#size).every((byte) => byte === 0);
  }

  save(header: Uint8Array): Uint8Array {
    const bytes = new Uint8Array(HEADER_LENGTH + this.#size);
    bytes.set(header);
    bytes.set(this.#heap.subarray(0, this.#size), HEADER_LENGTH);
    return bytes;
  }

  get #size(): number {
    return this.#profile.ciphertextLength - HEADER_LENGTH;
  }
}
