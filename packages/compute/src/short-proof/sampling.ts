/** Fills bytes with random ones: `randomFillSync`, and for vectors a stream that can be repeated. */
export type Randomness = (bytes: Uint8Array) => void;

const BATCH = 8192;

/** Coefficients of SEAL's secrets: -1, 0 and 1, each as likely. */
export function sampleTernary(random: Randomness, degree: number): Float64Array {
  const drawn = new Float64Array(degree);
  const bytes = new Uint8Array(BATCH);
  for (let taken = 0; taken < degree;) {
    random(bytes);
    for (const byte of bytes) {
      // 255 is a multiple of three: each remainder comes from 85 of the bytes below it.
      if (byte === 255 || taken === degree) continue;
      drawn[taken] = (byte % 3) - 1;
      taken += 1;
    }
  }
  bytes.fill(0);
  return drawn;
}

/** SEAL's errors: 21 coins less 21 coins (a centred binomial, standard deviation 3.24). */
export function sampleError(random: Randomness, degree: number): Float64Array {
  const words = randomWords(random, 2 * degree);
  const drawn = Float64Array.from({ length: degree }, (_, index) => {
    const [one, other] = [words[2 * index] as number, words[2 * index + 1] as number];
    return ones(one & COINS) - ones(other & COINS);
  });
  words.fill(0);
  return drawn;
}

const COINS = 2 ** 21 - 1;

/** How many bits are set. */
function ones(word: number): number {
  let pairs = word - ((word >>> 1) & 0x55555555);
  pairs = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  pairs = (pairs + (pairs >>> 4)) & 0x0f0f0f0f;
  return Math.imul(pairs, 0x01010101) >>> 24;
}

/** Little-endian words. */
function randomWords(random: Randomness, count: number): Uint32Array {
  const bytes = new Uint8Array(4 * count);
  random(bytes);
  const view = new DataView(bytes.buffer);
  const words = Uint32Array.from({ length: count }, (_, index) => view.getUint32(4 * index, true));
  bytes.fill(0);
  return words;
}
