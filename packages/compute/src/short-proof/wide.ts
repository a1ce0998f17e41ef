import type { Randomness } from './sampling.js';

// Taken out of loops: looking a global up takes long in some environments.
const { floor, max, min } = Math;

/** Each limb but the last is in [0, 2^44); the last has the sign. */
export const LIMB_BITS = 44;
const LIMB = 2 ** LIMB_BITS;

/**
 * A polynomial with integer coefficients that doubles don't hold: limb by limb, the least first. Sums of a
 * limb's coefficients stay exact, since a double holds 53 bits.
 */
export type Wide = readonly Float64Array[];

/** How many limbs integers in [-2^bits, 2^bits) take. */
export const limbsFor = (bits: number): number => Math.ceil((bits + 1) / LIMB_BITS);

/** Bits of the last limb, without its sign. */
export const lastBits = (bits: number): number => bits - LIMB_BITS * (limbsFor(bits) - 1);

export const emptyWide = (degree: number, bits: number): Wide =>
  Array.from({ length: limbsFor(bits) }, () => new Float64Array(degree));

/** Of integers that doubles hold. */
export function wideOf(integers: Float64Array, bits: number): Wide {
  const wide = [integers.slice(), ...emptyWide(integers.length, bits).slice(1)];
  carry(wide);
  return wide;
}

/** The same integers with as many limbs as integers in [-2^bits, 2^bits) take. */
export function widenedTo(bits: number, limbs: Wide): Wide {
  const [least] = limbs as readonly [Float64Array, ...Float64Array[]];
  const wide = emptyWide(least.length, bits).map((empty, place) => limbs[place]?.slice() ?? empty);
  carry(wide);
  return wide;
}

/**
 * Integers in [-2^bits, 2^bits) from words of 128 bits, the least byte first: the lowest bits + 1 of a word, less 2^bits.
 *
 * @param bits - at least 88, so that there are three limbs
 */
export function wideOfWords(words: Uint8Array, bits: number): Wide {
  const view = new DataView(words.buffer, words.byteOffset, words.byteLength);
  const degree = words.length / 16;
  const [low, middle, high] = [0, 1, 2].map(() => new Float64Array(degree)) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  const [end, half] = [2 ** (bits + 1 - 2 * LIMB_BITS), 2 ** (bits - 2 * LIMB_BITS)];
  for (let index = 0; index < degree; index += 1) {
    const at = 16 * index;
    const second = view.getUint32(at + 4, true);
    const third = view.getUint32(at + 8, true);
    low[index] = view.getUint32(at, true) + (second & 0xfff) * 2 ** 32;
    middle[index] = (second >>> 12) + (third & 0xffffff) * 2 ** 20;
    high[index] = (((third >>> 24) + view.getUint32(at + 12, true) * 2 ** 8) % end) - half;
  }
  return [low, middle, high];
}

/** Uniform integers in [-2^bits, 2^bits). */
export function sampleWide(random: Randomness, degree: number, bits: number): Wide {
  const count = limbsFor(bits);
  return Array.from({ length: count }, (_, index) =>
    index === count - 1
      ? uniform(random, degree, lastBits(bits) + 1).map((value) => value - 2 ** lastBits(bits))
      : uniform(random, degree, LIMB_BITS),
  );
}

/** Adds X^shift times a polynomial with as many limbs, 0 <= shift < 2N. */
export function addShifted(into: Wide, from: Wide, shift: number): void {
  into.forEach((limb, place) => {
    addShiftedIntegers(limb, from[place] as Float64Array, shift);
  });
  carry(into);
}

/** Adds integers that doubles hold. */
export function addIntegers(into: Wide, integers: Float64Array): void {
  const least = into[0] as Float64Array;
  for (let index = 0; index < least.length; index += 1) {
    least[index] = (least[index] as number) + (integers[index] as number);
  }
  carry(into);
}

/** Whether every coefficient is in [least, end). */
export function isWithin(wide: Wide, least: bigint, end: bigint): boolean {
  const [low, high] = [least, end].map((bound) => limbsOf(bound, wide.length));
  const degree = (wide[0] as Float64Array).length;
  for (let index = 0; index < degree; index += 1) {
    if (isLess(wide, index, low as number[]) || !isLess(wide, index, high as number[]))
      return false;
  }
  return true;
}

/** Overwrites a secret. */
export function wipeWide(wide: Wide): void {
  for (const limb of wide) limb.fill(0);
}

/** The limbs of one integer. */
function limbsOf(integer: bigint, count: number): number[] {
  const limbs: number[] = [];
  let rest = integer;
  for (let place = 0; place < count - 1; place += 1) {
    limbs.push(Number(BigInt.asUintN(LIMB_BITS, rest)));
    rest >>= BigInt(LIMB_BITS);
  }
  return [...limbs, Number(rest)];
}

/** Compares with an integer: the greatest limb that differs decides. */
function isLess(wide: Wide, index: number, than: readonly number[]): boolean {
  for (let place = wide.length - 1; place >= 0; place -= 1) {
    const own = (wide[place] as Float64Array)[index] as number;
    const other = than[place] as number;
    if (own !== other) return own < other;
  }
  return false;
}

/** Adds X^shift times a polynomial, 0 <= shift < 2N. */
export function addShiftedIntegers(into: Float64Array, from: Float64Array, shift: number): void {
  const degree = into.length;
  for (let index = 0; index < degree; index += 1) {
    const to = index + shift;
    // X^N is -1.
    const sign = (to & degree) === 0 ? 1 : -1;
    const at = to & (degree - 1);
    into[at] = (into[at] as number) + sign * (from[index] as number);
  }
}

/** Brings every limb but the last back into its range. */
function carry(wide: Wide): void {
  for (let place = 0; place < wide.length - 1; place += 1) {
    const [limb, next] = [wide[place], wide[place + 1]] as [Float64Array, Float64Array];
    for (let index = 0; index < limb.length; index += 1) {
      const value = limb[index] as number;
      const over = floor(value / LIMB);
      if (over === 0) continue;
      limb[index] = value - over * LIMB;
      next[index] = (next[index] as number) + over;
    }
  }
}

/** Uniform integers in [0, 2^bits), bits at most 52. */
function uniform(random: Randomness, degree: number, bits: number): Float64Array {
  const bytes = new Uint8Array(8 * degree);
  random(bytes);
  const view = new DataView(bytes.buffer);
  const [low, high] = [2 ** min(bits, 32), 2 ** max(bits - 32, 0)];
  const drawn = new Float64Array(degree);
  for (let index = 0; index < degree; index += 1) {
    const lower = view.getUint32(8 * index, true) % low;
    const upper = view.getUint32(8 * index + 4, true) % high;
    drawn[index] = upper * 2 ** 32 + lower;
  }
  bytes.fill(0);
  return drawn;
}
