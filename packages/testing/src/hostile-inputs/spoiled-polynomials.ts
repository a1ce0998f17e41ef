import { deflateSync, zstdCompressSync } from 'node:zlib';
import type { SeededRandom } from './seeded-random.js';

const WORD = 8;
/** SEAL's outermost header: magic, its own length, version, compression, reserved, size of all. */
const OUTER_HEADER = 16;
const COMPRESSION_AT = 5;
const SIZE_AT = 8;

/** Polynomials as they travel: SEAL's header, or none, then residues modulus by modulus. */
export interface Polynomials {
  readonly bytes: Uint8Array;
  readonly headerLength: number;
  readonly moduli: readonly bigint[];
  readonly degree: number;
  /** The same of another profile, where its header tells it apart. */
  readonly foreign?: Uint8Array;
}

/** What is done to honest bytes; `unknown`, because a hostile caller need not send bytes. */
export type Spoiling = (honest: Polynomials, random: SeededRandom) => unknown;

/** These keep to the form: right length and header, every residue below its modulus. Only mathematics tells. */
export const wellFormed = {
  'a residue changed': edited((words, { moduli, degree }, random) => {
    change(words, moduli, degree, random, 1);
  }),
  'some residues changed': edited((words, { moduli, degree }, random) => {
    change(words, moduli, degree, random, 2 + random.below(1000));
  }),
  'a low bit flipped': edited((words, { moduli, degree }, random) => {
    for (;;) {
      const at = random.below(words.length);
      const flipped = wordAt(words, at) ^ (1n << BigInt(random.below(40)));
      if (flipped >= modulusAt(moduli, degree, at)) continue;
      words[at] = flipped;
      return;
    }
  }),
  'all residues uniform': edited((words, { moduli, degree }, random) => {
    words.forEach((_, at) => (words[at] = random.residue(modulusAt(moduli, degree, at))));
  }),
  'all residues greatest': edited((words, { moduli, degree }) => {
    words.forEach((_, at) => (words[at] = modulusAt(moduli, degree, at) - 1n));
  }),
  'all residues one': edited((words) => {
    words.fill(1n);
  }),
  'as many zeros as pass': edited((words, { moduli, degree }) => {
    const size = moduli.length * degree;
    for (let start = 0; start < words.length; start += size) words.fill(0n, start, start + 8);
  }),
  'residues of two moduli exchanged': edited((words, { moduli, degree }, random) => {
    const [one, other] = [random.below(moduli.length), random.below(moduli.length)];
    const rows = [one, other].map((row) => words.slice(row * degree, (row + 1) * degree));
    [other, one].forEach((row, index) => {
      const modulus = moduli[row] as bigint;
      rows[index]?.forEach((word, at) => (words[row * degree + at] = word % modulus));
    });
    // A row may have been exchanged with itself.
    change(words, moduli, degree, random, 1);
  }),
  'coefficients in reverse order': edited((words, { degree }) => {
    for (let start = 0; start < words.length; start += degree) {
      words.subarray(start, start + degree).reverse();
    }
  }),
  'a multiple': edited((words, { moduli, degree }, random) => {
    const factor = 2n + random.residue(2n ** 40n);
    words.forEach((word, at) => (words[at] = (word * factor) % modulusAt(moduli, degree, at)));
  }),
  'a constant added': edited((words, { moduli, degree }, random) => {
    const constant = 1n + random.residue(2n ** 60n);
    for (let start = 0; start < words.length; start += degree) {
      words[start] = (wordAt(words, start) + constant) % modulusAt(moduli, degree, start);
    }
  }),
} as const satisfies Record<string, Spoiling>;

/** These break the form: whoever checks lengths, headers and residues refuses them. */
export const malformed = {
  'nothing at all': () => new Uint8Array(0),
  'not bytes': (_, random) =>
    random.pick<unknown>(['text', 7, null, undefined, {}, [1, 2, 3], new Float64Array(9)]),
  truncated: ({ bytes }, random) => bytes.slice(0, random.below(bytes.length)),
  lengthened: ({ bytes }, random) => joined(bytes, random.bytes(1 + random.below(100_000))),
  doubled: ({ bytes }) => joined(bytes, bytes),
  oversized: ({ bytes }) => joined(bytes, new Uint8Array(16 * bytes.length)),
  'random bytes': ({ bytes }, random) => random.bytes(bytes.length),
  'all bytes zero': ({ bytes }) => new Uint8Array(bytes.length),
  'all bits set': ({ bytes }) => new Uint8Array(bytes.length).fill(0xff),
  'a word shifted': ({ bytes, headerLength }) => {
    const shifted = Uint8Array.from(bytes);
    shifted.copyWithin(headerLength + 1, headerLength, bytes.length - 1);
    shifted[headerLength] = 0xff;
    shifted[headerLength + WORD - 1] = 0xff;
    return shifted;
  },
  'a residue equal to its modulus': edited((words, { moduli, degree }, random) => {
    const at = random.below(words.length);
    words[at] = modulusAt(moduli, degree, at);
  }),
  'a residue congruent to the right one': edited((words, { moduli, degree }, random) => {
    const at = random.below(words.length);
    words[at] = wordAt(words, at) + modulusAt(moduli, degree, at);
  }),
  'a residue of 64 bits': edited((words, _, random) => {
    words[random.below(words.length)] = 2n ** 64n - 1n;
  }),
  'a zero polynomial': edited((words, { moduli, degree }, random) => {
    const size = moduli.length * degree;
    const start = random.below(words.length / size) * size;
    words.fill(0n, start, start + size);
  }),
  'nine zeros': edited((words, { moduli, degree }, random) => {
    const start = random.below(words.length / (moduli.length * degree)) * moduli.length * degree;
    words.fill(0n, start, start + 9);
  }),
} as const satisfies Record<string, Spoiling>;

/** These are for what begins with a header of SEAL. */
export const badHeaders = {
  'a bit of the header flipped': ({ bytes, headerLength }, random) => {
    const flipped = Uint8Array.from(bytes);
    const at = random.below(headerLength);
    flipped[at] = (flipped[at] as number) ^ (1 << random.below(8));
    return flipped;
  },
  'parameters of another profile': ({ bytes, headerLength, foreign = bytes }, random) =>
    random.below(2) === 0
      ? foreign
      : joined(foreign.slice(0, headerLength), bytes.slice(headerLength)),
  'a size that the bytes do not have': (honest, random) => {
    const lying = Buffer.from(honest.bytes);
    lying.writeBigUInt64LE(random.residue(2n ** 60n), SIZE_AT);
    return Uint8Array.from(lying);
  },
  'compressed by deflate': ({ bytes }) => compressed(bytes, 1, deflateSync),
  'compressed by zstd': ({ bytes }) => compressed(bytes, 2, zstdCompressSync),
  'a bomb of zstd': ({ bytes }) =>
    compressed(joined(bytes.slice(0, OUTER_HEADER), new Uint8Array(2 ** 25)), 2, zstdCompressSync),
} as const satisfies Record<string, Spoiling>;

function edited(
  edit: (words: BigUint64Array, honest: Polynomials, random: SeededRandom) => void,
): Spoiling {
  return (honest, random) => {
    const { bytes, headerLength } = honest;
    const words = new BigUint64Array(bytes.slice(headerLength).buffer);
    edit(words, honest, random);
    return joined(bytes.slice(0, headerLength), new Uint8Array(words.buffer));
  };
}

/** Gives residues other values than they have. */
function change(
  words: BigUint64Array,
  moduli: readonly bigint[],
  degree: number,
  random: SeededRandom,
  count: number,
): void {
  for (let done = 0; done < count; done += 1) {
    const at = random.below(words.length);
    const modulus = modulusAt(moduli, degree, at);
    words[at] = (wordAt(words, at) + 1n + random.residue(modulus - 1n)) % modulus;
  }
}

const wordAt = (words: BigUint64Array, at: number) => words[at] as bigint;

const modulusAt = (moduli: readonly bigint[], degree: number, at: number) =>
  moduli[Math.floor(at / degree) % moduli.length] as bigint;

export function joined(one: Uint8Array, other: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(one.length + other.length);
  bytes.set(one);
  bytes.set(other, one.length);
  return bytes;
}

/** As SEAL would write it: the outer header names the compression and the size of all. */
function compressed(
  bytes: Uint8Array,
  mode: number,
  compress: (body: Uint8Array) => Uint8Array,
): Uint8Array {
  const body = compress(bytes.slice(OUTER_HEADER));
  const blob = Buffer.from(joined(bytes.slice(0, OUTER_HEADER), body));
  blob[COMPRESSION_AT] = mode;
  blob.writeBigUInt64LE(BigInt(blob.length), SIZE_AT);
  return Uint8Array.from(blob);
}
