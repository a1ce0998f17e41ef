import { power } from '../bfv/integers.js';
import type { Profile } from '../bfv/profiles.js';
import { KERNEL } from './ring-kernel.js';

/** Where a row of residues, or of integers in doubles, begins in the kernel's memory. */
export type Row = number;
/** A polynomial over all data moduli: a row for each. */
export type Polynomial = readonly Row[];

interface Kernel {
  powers(at: Row, root: bigint, bits: number, p: bigint, inverse: number): void;
  forward(row: Row, powers: Row, n: number, p: bigint, inverse: number): void;
  backward(row: Row, powers: Row, n: number, share: bigint, p: bigint, inverse: number): void;
  scale(row: Row, n: number, factor: bigint, p: bigint, inverse: number): void;
  multiply(row: Row, by: Row, n: number, p: bigint, inverse: number): void;
  add(row: Row, from: Row, n: number, p: bigint): void;
  reduce(row: Row, integers: Row, n: number, p: bigint, inverse: number): void;
  subtractShifted(row: Row, from: Row, n: number, shift: number, p: bigint): void;
}

interface WebAssemblyInterface {
  readonly Memory: new (size: { initial: number }) => {
    readonly buffer: ArrayBuffer;
    grow(pages: number): number;
  };
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: object };
}

interface Modulus {
  readonly p: bigint;
  readonly inverse: number;
  readonly share: bigint;
  readonly powers: Row;
  readonly inversePowers: Row;
}

const PAGE = 65_536;
const WORD = 8;

/**
 * Polynomials modulo X^N + 1 over moduli of a profile, by default those of its data, in the memory of a WebAssembly module.
 * `forward` gives the order of SEAL's NTT form: index i holds the value at ψ^(2·reversed(i) + 1), ψ the
 * least primitive root of order 2N.
 */
export class Ring {
  readonly degree: number;
  readonly #moduli: readonly Modulus[];
  readonly #kernel: Kernel;
  readonly #memory: InstanceType<WebAssemblyInterface['Memory']>;
  #free: Row = 0;

  constructor(profile: Profile, moduli = profile.coefficientModuli.slice(0, -1)) {
    const { WebAssembly: api } = globalThis as unknown as { WebAssembly: WebAssemblyInterface };
    this.degree = profile.degree;
    this.#memory = new api.Memory({ initial: 1 });
    const module = new api.Module(Buffer.from(KERNEL, 'base64'));
    const imports = { memory: { memory: this.#memory } };
    this.#kernel = new api.Instance(module, imports).exports as unknown as Kernel;
    this.#moduli = moduli.map((p) => this.#prepare(p));
  }

  /** Takes memory for a polynomial. It lives as long as the ring does. */
  allocate(): Polynomial {
    return this.#moduli.map(() => this.allocateRow());
  }

  allocateRow(): Row {
    const row = this.#free;
    this.#free += this.degree * WORD;
    const missing = Math.ceil((this.#free - this.#memory.buffer.byteLength) / PAGE);
    if (missing > 0) this.#memory.grow(missing);
    return row;
  }

  /** A row's integers, each of a magnitude below 2^52; the view is stale after the next `allocate`. */
  integers(row: Row): Float64Array {
    return new Float64Array(this.#memory.buffer, row, this.degree);
  }

  /** Copies residues in. */
  put(polynomial: Polynomial, residues: BigUint64Array): void {
    polynomial.forEach((row, index) => {
      const own = residues.subarray(index * this.degree, (index + 1) * this.degree);
      new BigUint64Array(this.#memory.buffer, row, this.degree).set(own);
    });
  }

  /** Copies residues out. */
  get(polynomial: Polynomial): BigUint64Array {
    const residues = new BigUint64Array(polynomial.length * this.degree);
    polynomial.forEach((row, index) => {
      residues.set(new BigUint64Array(this.#memory.buffer, row, this.degree), index * this.degree);
    });
    return residues;
  }

  /** The bytes of a row, not copied: stale after the next change of the ring. */
  bytes(row: Row): Uint8Array {
    return new Uint8Array(this.#memory.buffer, row, this.degree * WORD);
  }

  /** Residues of integers. */
  reduce(into: Polynomial, integers: Row): void {
    this.#each((m, i) => this.#kernel.reduce(row(into, i), integers, this.degree, m.p, m.inverse));
  }

  forward(polynomial: Polynomial): void {
    this.#each((m, i) =>
      this.#kernel.forward(row(polynomial, i), m.powers, this.degree, m.p, m.inverse),
    );
  }

  backward(polynomial: Polynomial): void {
    this.#each((m, i) => {
      const at = row(polynomial, i);
      this.#kernel.backward(at, m.inversePowers, this.degree, m.share, m.p, m.inverse);
    });
  }

  copy(into: Polynomial, from: Polynomial): void {
    into.forEach((to, index) => this.bytes(to).set(this.bytes(row(from, index))));
  }

  /** Point by point, both in NTT form. */
  multiply(into: Polynomial, by: Polynomial): void {
    this.#each((m, i) =>
      this.#kernel.multiply(row(into, i), row(by, i), this.degree, m.p, m.inverse),
    );
  }

  scale(polynomial: Polynomial, factor: bigint): void {
    this.#each((m, i) => {
      const reduced = ((factor % m.p) + m.p) % m.p;
      this.#kernel.scale(row(polynomial, i), this.degree, reduced, m.p, m.inverse);
    });
  }

  add(into: Polynomial, from: Polynomial): void {
    this.#each((m, i) => this.#kernel.add(row(into, i), row(from, i), this.degree, m.p));
  }

  /** `into` - X^shift·`from`, both in coefficient form, 0 <= shift < 2N. */
  subtractShifted(into: Polynomial, from: Polynomial, shift: number): void {
    this.#each((m, i) =>
      this.#kernel.subtractShifted(row(into, i), row(from, i), this.degree, shift, m.p),
    );
  }

  /** Overwrites what secrets were computed in. */
  wipe(...rows: readonly Row[]): void {
    for (const one of rows) this.bytes(one).fill(0);
  }

  #each(act: (modulus: Modulus, index: number) => void): void {
    this.#moduli.forEach(act);
  }

  #prepare(p: bigint): Modulus {
    const inverse = 1 / Number(p);
    const bits = Math.log2(this.degree);
    const root = leastRoot(p, BigInt(2 * this.degree));
    const [powers, inversePowers] = [this.allocateRow(), this.allocateRow()];
    this.#kernel.powers(powers, root, bits, p, inverse);
    this.#kernel.powers(inversePowers, power(root, p - 2n, p), bits, p, inverse);
    return { p, inverse, share: power(BigInt(this.degree), p - 2n, p), powers, inversePowers };
  }
}

const row = (polynomial: Polynomial, index: number): Row => polynomial[index] as Row;

/** The least of the primitive roots of an order that is a power of two. */
function leastRoot(p: bigint, order: bigint): bigint {
  let base = 2n;
  let root = power(base, (p - 1n) / order, p);
  while (power(root, order / 2n, p) !== p - 1n) {
    base += 1n;
    root = power(base, (p - 1n) / order, p);
  }
  const step = (root * root) % p;
  let least = root;
  for (let odd = 1n; odd < order; odd += 2n) {
    if (root < least) least = root;
    root = (root * step) % p;
  }
  return least;
}
