import fc from 'fast-check';
import { freshBound } from '../bfv/bounds.js';
import { sha256Hex } from '../bfv/hashing.js';
import { HEADER_LENGTH, profileOf } from '../bfv/profiles.js';
import { withHeader, wordsOf } from '../bfv/residues.js';
import { Assembly, committeeOf } from '../threshold/committee.fixture.js';

const profile = profileOf('bfv-8192-sum-v1');
const dataModuli = profile.coefficientModuli.slice(0, -1);
const polynomialSize = dataModuli.length * profile.degree;
const invalid = { code: 'ERR_CIPHERTEXT_INVALID' };

describe('hostile bytes', () => {
  let committee: Assembly;
  let honest: Uint8Array;
  beforeAll(async () => {
    committee = await Assembly.meet(committeeOf(2, 3));
    honest = await committee.encrypt([1]);
  });
  afterAll(async () => {
    await committee.engine.close();
  });

  const check = (bytes: Uint8Array) => committee.engine.checkCiphertext(bytes);
  const changed = (change: (words: BigUint64Array) => void, original = honest) => {
    const words = wordsOf(original, HEADER_LENGTH);
    change(words);
    return withHeader(original.subarray(0, HEADER_LENGTH), words);
  };

  test('an honest ciphertext passes and is named by its hash', async () => {
    expect(await check(honest)).toBe(sha256Hex(honest));
  });

  test('truncated, oversized and empty ones are refused', async () => {
    for (const bytes of [honest.subarray(1), Buffer.concat([honest, honest]), new Uint8Array(0)]) {
      await expect(check(bytes)).rejects.toMatchObject(invalid);
    }
  });

  test('any change of the header is refused: parameters, form, size, compression', async () => {
    for (let position = 0; position < HEADER_LENGTH; position += 1) {
      const bytes = Uint8Array.from(honest);
      bytes[position]! ^= 1;
      await expect(check(bytes)).rejects.toMatchObject(invalid);
    }
  });

  test('a coefficient that is not below its modulus is refused', async () => {
    for (const [index, modulus] of dataModuli.entries()) {
      const bytes = changed((words) => (words[index * profile.degree] = modulus));
      await expect(check(bytes)).rejects.toMatchObject(invalid);
    }
  });

  test('a transparent ciphertext is refused, and so is one without its first polynomial', async () => {
    await expect(check(changed((words) => words.fill(0n, polynomialSize)))).rejects.toMatchObject(
      invalid,
    );
    await expect(
      check(changed((words) => words.fill(0n, 0, polynomialSize))),
    ).rejects.toMatchObject(invalid);
  });

  test('a flipped bit goes unnoticed by SEAL, but never by the hash', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: HEADER_LENGTH, max: honest.length - 1 }), async (at) => {
        const bytes = Uint8Array.from(honest);
        bytes[at]! ^= 1;
        const outcome = await check(bytes).catch((error: unknown) => error);
        if (typeof outcome === 'string') expect(outcome).not.toBe(sha256Hex(honest));
        else expect(outcome).toMatchObject(invalid);
      }),
      { numRuns: 20 },
    );
  });

  test('an evaluation refuses one bad input among good ones', async () => {
    const bound = freshBound(profile, { least: 0, most: 1 });
    const inputs = [honest, honest.subarray(1)].map((bytes) => ({ bytes, bound }));
    await expect(
      committee.engine.evaluate({ program: { name: 'sum.v1' }, inputs }),
    ).rejects.toMatchObject({ ...invalid, argument: 'inputs[1]' });
  });

  test('a public key whose common polynomial somebody chose is refused', async () => {
    const { engine, seed, publicKey } = committee;
    const size = profile.coefficientModuli.length * profile.degree;
    expect(await engine.checkPublicKey({ publicKey, seed })).toBe(sha256Hex(publicKey));
    const words = wordsOf(publicKey, HEADER_LENGTH);
    // Small multiples of a large number: they would tower above the smudging.
    words.fill(2n ** 40n, size);
    const chosen = withHeader(publicKey.subarray(0, HEADER_LENGTH), words);
    const one = wordsOf(publicKey, HEADER_LENGTH);
    one[size] = (one[size] ?? 0n) === 0n ? 1n : 0n;
    const nearly = withHeader(publicKey.subarray(0, HEADER_LENGTH), one);
    for (const bad of [chosen, nearly, publicKey.subarray(1)]) {
      await expect(engine.checkPublicKey({ publicKey: bad, seed })).rejects.toMatchObject({
        code: 'ERR_PUBLIC_KEY_INVALID',
      });
    }
    const other = Uint8Array.from(seed).fill(1, 0, 1);
    for (const wrong of [other, seed.subarray(1)]) {
      await expect(engine.checkPublicKey({ publicKey, seed: wrong })).rejects.toMatchObject({
        code: 'ERR_PUBLIC_KEY_INVALID',
      });
    }
  });

  test('malformed contributions to the key are refused', async () => {
    const { engine, keyId, seed } = committee;
    const good: Uint8Array[] = [];
    for (const member of committee.committee.members) {
      const { dealt } = await engine.dealKey({
        keyId,
        seed,
        committee: committee.committee,
        member,
      });
      good.push(...dealt.map(({ contribution }) => contribution.bytes));
    }
    const unreduced = Uint8Array.from(good[0]!).fill(0xff, 0, 8);
    const zero = new Uint8Array(profile.contributionLength);
    for (const bad of [unreduced, zero, good[0]!.subarray(8)]) {
      await expect(
        engine.combineKey({ seed, contributions: good.with(1, bad) }),
      ).rejects.toMatchObject({
        code: 'ERR_CONTRIBUTION_INVALID',
        argument: expect.anything() as string,
      });
    }
    for (const contributions of [good.slice(0, 1), Array<Uint8Array>(36).fill(good[0]!)]) {
      await expect(engine.combineKey({ seed, contributions })).rejects.toMatchObject({
        code: 'ERR_CONTRIBUTION_INVALID',
      });
    }
    await expect(
      engine.combineKey({ seed: new Uint8Array(31), contributions: good }),
    ).rejects.toMatchObject({ code: 'ERR_CONTRIBUTION_INVALID' });
  });

  describe('a ciphertext that carries the scale (0, ⌊q/t⌋)', () => {
    const q = dataModuli.reduce((product, modulus) => product * modulus, 1n);
    const scale = q / profile.plainModulus;
    const addScale = (words: BigUint64Array) =>
      dataModuli.forEach((modulus, index) => {
        const constant = polynomialSize + index * profile.degree;
        words[constant] = (words[constant]! + scale) % modulus;
      });

    test('is refused by itself: both polynomials are degenerate', async () => {
      const naked = changed((words) => {
        words.fill(0n);
        addScale(words);
      });
      await expect(check(naked)).rejects.toMatchObject(invalid);
    });

    test('opens the collective secret when it hides under an encryption of zero: the documented limit', async () => {
      const hidden = changed(addScale, await committee.encrypt([0]));
      await expect(check(hidden)).resolves.toBe(sha256Hex(hidden));
      const slots = await committee.open(hidden, [0, 2]);
      const coefficients = Array.from({ length: 12 }, (_, index) => coefficient(slots, index));
      // The sum of three ternary shares; coefficients of a random plaintext are near 2^38.
      expect(coefficients.every((one) => Math.abs(one) <= 3)).toBe(true);
      expect(slots.filter((slot) => slot === 0).length).toBeLessThan(10);
      // An encryption of zero that was honest opens to zeros.
      const zeros = await committee.open(await committee.encrypt([0]), [0, 2]);
      expect(zeros.every((slot) => slot === 0)).toBe(true);
    });
  });
});

/**
 * A coefficient of the plaintext polynomial, by the inverse transform over the slots' roots ψ^(3^i)
 * and ψ^(-3^i). Another primitive root than SEAL's only permutes coefficients and signs.
 */
function coefficient(slots: readonly number[], index: number): number {
  const t = profile.plainModulus;
  const order = BigInt(2 * profile.degree);
  const root = primitiveRoot(t, order);
  const row = profile.degree / 2;
  let power = 1n;
  let sum = 0n;
  for (let slot = 0; slot < row; slot += 1) {
    const exponent = (power * BigInt(index)) % order;
    sum += BigInt(slots[slot]!) * modPow(root, (order - exponent) % order, t);
    sum += BigInt(slots[row + slot]!) * modPow(root, exponent, t);
    power = (power * 3n) % order;
  }
  const value = (sum * modPow(BigInt(profile.degree), t - 2n, t)) % t;
  const positive = value < 0n ? value + t : value;
  return Number(positive > t / 2n ? positive - t : positive);
}

function primitiveRoot(t: bigint, order: bigint): bigint {
  for (let base = 2n; ; base += 1n) {
    const candidate = modPow(base, (t - 1n) / order, t);
    if (modPow(candidate, order / 2n, t) === t - 1n) return candidate;
  }
}

function modPow(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  for (let square = base, rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % modulus;
    square = (square * square) % modulus;
  }
  return result;
}
