import { freshBound } from '../bfv/bounds.js';
import { HEADER_LENGTH, profileOf } from '../bfv/profiles.js';
import { at, withHeader, wordsOf } from '../bfv/residues.js';
import { Assembly, committeeOf } from '../threshold/committee.fixture.js';

/**
 * What no check of ciphertexts finds, for want of a proof that they were made honestly: the limits that
 * docs/compute.md names. These tests fail on the day that such a proof comes.
 */

const profile = profileOf('bfv-8192-sum-v1');
const moduli = profile.coefficientModuli.slice(0, -1);
const q = moduli.reduce((product, modulus) => product * modulus, 1n);
const SUM = { name: 'sum.v1' } as const;

describe('a contributor that makes no honest ciphertext', () => {
  let committee: Assembly;
  beforeAll(async () => {
    committee = await Assembly.meet(committeeOf(2, 3));
  });
  afterAll(async () => {
    await committee.engine.close();
  });

  const sumOf = async (ciphertexts: readonly Uint8Array[]) => {
    const bound = freshBound(profile, { least: 0, most: profile.maxValue });
    const inputs = ciphertexts.map((bytes) => ({ bytes, bound }));
    return (await committee.engine.evaluate({ program: SUM, inputs })).bytes;
  };

  test('reads the secret from the noise of partial openings that it receives; all values are right', async () => {
    const scale = 2n ** 104n;
    const hostile = plusConstant(await committee.encrypt([0]), scale);
    await committee.engine.checkCiphertext(hostile);
    const sum = await sumOf([hostile, await committee.encrypt([0])]);
    const partials = await committee.partials(sum, [0, 1]);
    const opening = { ciphertext: sum, committee: committee.committee, partials };
    const slots = await committee.engine.combineOpening({ ...opening, slots: 8192 });
    expect(slots.every((slot) => slot === 0)).toBe(true);

    const noise = noiseOf(sum, partials);
    const secret = noise.map((one) => (one + (one < 0n ? -scale : scale) / 2n) / scale);
    // Three ternary shares: the coefficients are small, and hardly ever all zero.
    expect(secret.every((one) => one >= -3n && one <= 3n)).toBe(true);
    expect(new Set(secret).size).toBeGreaterThan(4);
    const rests = noise.map((one, index) => one - (secret[index] ?? 0n) * scale);
    expect(rests.every((rest) => rest < scale / 4n && rest > -scale / 4n)).toBe(true);
  });

  test("multiplies another's ciphertext into a sum, and reads that value off", async () => {
    const [figure, weight] = [41_234, 2 ** 16];
    const victim = await committee.encrypt([figure]);
    const copy = await sumOf([times(victim, BigInt(weight)), await committee.encrypt([0])]);
    await committee.engine.checkCiphertext(copy);
    const others = await Promise.all(
      [100, 2_000, 7_000, 900].map((one) => committee.encrypt([one])),
    );
    const [sum = 0] = await committee.open(await sumOf([victim, copy, ...others]), [0, 1]);
    expect(Math.floor(sum / (weight + 1))).toBe(figure);
  });

  /** Adds a constant to the second polynomial, under which the secret stands. */
  function plusConstant(ciphertext: Uint8Array, constant: bigint): Uint8Array {
    const words = wordsOf(ciphertext, HEADER_LENGTH);
    moduli.forEach((modulus, index) => {
      const position = (moduli.length + index) * profile.degree;
      words[position] = (at(words, position) + constant) % modulus;
    });
    return withHeader(ciphertext.subarray(0, HEADER_LENGTH), words);
  }

  /** A multiple of every coefficient, and so of every value. */
  function times(ciphertext: Uint8Array, factor: bigint): Uint8Array {
    const words = wordsOf(ciphertext, HEADER_LENGTH);
    words.forEach((word, index) => {
      const modulus = moduli[Math.floor(index / profile.degree) % moduli.length] ?? 1n;
      words[index] = (word * factor) % modulus;
    });
    return withHeader(ciphertext.subarray(0, HEADER_LENGTH), words);
  }

  /** Of an opening to zeros: c0 + Σ d_A, some coefficients of it, between -q/2 and q/2. */
  function noiseOf(ciphertext: Uint8Array, partials: readonly { bytes: Uint8Array }[]): bigint[] {
    const terms = [
      wordsOf(ciphertext, HEADER_LENGTH),
      ...partials.map(({ bytes }) => wordsOf(bytes)),
    ];
    return Array.from({ length: 64 }, (_, coefficient) => {
      const residues = moduli.map((modulus, index) => {
        const position = index * profile.degree + coefficient;
        return terms.reduce((sum, words) => sum + at(words, position), 0n) % modulus;
      });
      const value = moduli.reduce((sum, modulus, index) => {
        const residue = residues[index] ?? 0n;
        const rest = q / modulus;
        return (sum + residue * rest * inverse(rest % modulus, modulus)) % q;
      }, 0n);
      return value > q / 2n ? value - q : value;
    });
  }
});

/** By Fermat, for a prime modulus. */
function inverse(value: bigint, modulus: bigint): bigint {
  let result = 1n;
  let square = value;
  for (let rest = modulus - 2n; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % modulus;
    square = (square * square) % modulus;
  }
  return result;
}
