import { commonPolynomial } from './common-polynomial.js';
import { sha256Hex } from './hashing.js';
import { profileOf } from './profiles.js';
import { bytesOf } from './residues.js';

const profile = profileOf('bfv-8192-sum-v1');
const seed = (byte: number) => new Uint8Array(32).fill(byte);

describe('the common polynomial', () => {
  test.each([
    [0x00, 'cf8c4dbbadb6343f6a12dbd330cc010a9fddf2c87700894472d1bb1248f6a40b'],
    [0x5a, 'e17ef49d3e0f11a2ebcf917b47edf2efb72e1e02e1e9dddcdcca909a69c85d55'],
  ])('of the seed 32 times %i is always the same', (byte, hash) => {
    expect(sha256Hex(bytesOf(commonPolynomial(profile, seed(byte))))).toBe(hash);
  });

  test('has uniform residues below each modulus', () => {
    const polynomial = commonPolynomial(profile, seed(7));
    for (const [index, modulus] of profile.coefficientModuli.entries()) {
      const start = index * profile.degree;
      const residues = [...polynomial.subarray(start, start + profile.degree)];
      expect(residues.every((residue) => residue < modulus)).toBe(true);
      const mean = Number(residues.reduce((sum, one) => sum + one, 0n)) / profile.degree;
      // The mean of 8192 uniform values lies within 5 standard errors of one half.
      expect(Math.abs(mean / Number(modulus) - 0.5)).toBeLessThan(0.016);
    }
  });
});
