import { freshBound } from './bounds.js';
import { PROFILE_NAMES, profileOf } from './profiles.js';
import { boundOf } from './programs.js';

/** Every derivation of docs/compute.md, with integers. */
describe.each(PROFILE_NAMES)('the profile %s', (name) => {
  const profile = profileOf(name);
  const t = profile.plainModulus;
  const data = profile.coefficientModuli.slice(0, -1);
  const q = data.reduce((product, modulus) => product * modulus, 1n);
  const bits = (value: bigint) => value.toString(2).length;
  const smudging = BigInt(profile.maxShares) << BigInt(profile.smudgingBits);
  const greatest = { least: -profile.maxValue, most: profile.maxValue };
  const fresh = freshBound(profile, greatest);
  const sumOf = (count: number) => Array.from({ length: count }, () => fresh);

  test('has 128 bits of security by the homomorphic encryption standard', () => {
    const allowed: Readonly<Record<number, number>> = { 8192: 218, 16384: 438 };
    const total = profile.coefficientModuli.reduce((product, modulus) => product * modulus, 1n);
    expect(bits(total)).toBeLessThanOrEqual(allowed[profile.degree]!);
  });

  test('has a plain modulus that batches', () => {
    expect(t % BigInt(2 * profile.degree)).toBe(1n);
  });

  test('holds the sum of its greatest values', () => {
    expect(Math.log2(profile.maxValue + 1) % 1).toBe(0);
    const { least, most } = boundOf(profile, { name: 'sum.v1' }, sumOf(profile.maxSummands));
    expect(most).toBe(profile.maxSummands * profile.maxValue);
    expect(least).toBe(-most);
    expect(BigInt(most)).toBeLessThanOrEqual((t - 1n) / 2n);
  });

  test('hides what it opens within 2^-40 an opening', () => {
    // N coefficients, each at a statistical distance of noise / (2·smudging).
    const distance = Math.log2(profile.degree) + profile.noiseCeilingBits;
    expect(distance - (profile.smudgingBits + 1)).toBeLessThanOrEqual(-40);
  });

  test('opens under the greatest noise, with a budget that tells it from a wrong opening', () => {
    // Twice the sum of proven partial openings is opened.
    const factor = profile.proven ? 2n : 1n;
    const noise = factor * (smudging + (1n << BigInt(profile.noiseCeilingBits)));
    // SEAL's budget: bits of q, less those of the scaled noise, less one.
    expect(bits(q) - bits(t * noise) - 1).toBeGreaterThanOrEqual(profile.openedBudgetBits);
    expect(profile.openedBudgetBits).toBeGreaterThanOrEqual(4);
  });

  test('covers the sum of as many inputs as one evaluation takes, in noise', () => {
    const zero = freshBound(profile, { least: 0, most: 0 });
    const inputs = Array.from({ length: profile.maxInputs }, () => zero);
    const { noiseBits } = boundOf(profile, { name: 'sum.v1' }, inputs);
    expect(noiseBits).toBe(zero.noiseBits + Math.log2(profile.maxInputs));
    expect(noiseBits).toBeLessThanOrEqual(profile.noiseCeilingBits);
  });

  test('grants a fresh ciphertext the noise that docs/compute.md derives', () => {
    expect(fresh.noiseBits).toBe(profile.proven ? 59 : 18);
  });
});

test('a profile that does not exist is refused', () => {
  const unknown = expect.objectContaining({ code: 'ERR_PROFILE_UNKNOWN' }) as Error;
  for (const name of ['rot13', 'bfv-8192-mask-v1']) expect(() => profileOf(name)).toThrow(unknown);
});
