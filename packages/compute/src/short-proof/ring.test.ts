import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import wabt from 'wabt';
import { commonPolynomial } from '../bfv/common-polynomial.js';
import { profileOf } from '../bfv/profiles.js';
import { dataPart } from '../threshold/transforms.js';
import { KERNEL } from './ring-kernel.js';
import { Ring } from './ring.js';

const profile = profileOf('bfv-8192-proven-v1');
const { degree } = profile;
const moduli = profile.coefficientModuli.slice(0, -1);

test('the kernel is its source, assembled', async () => {
  const source = readFileSync(join(__dirname, 'ring-kernel.wat'), 'utf8');
  const assembler = await wabt();
  const module = assembler.parseWat('ring-kernel.wat', source, { sat_float_to_int: true });
  module.validate();
  expect(Buffer.from(module.toBinary({}).buffer).toString('base64')).toBe(KERNEL);
});

describe('a ring', () => {
  const ring = new Ring(profile);
  const [one, other, sum] = [ring.allocate(), ring.allocate(), ring.allocate()];
  const integers = ring.allocateRow();
  const residue = (value: number, p: bigint) => ((BigInt(value) % p) + p) % p;

  function load(polynomial: typeof one, coefficients: ReadonlyMap<number, number>): void {
    const row = ring.integers(integers);
    row.fill(0);
    coefficients.forEach((value, index) => (row[index] = value));
    ring.reduce(polynomial, integers);
  }

  const coefficient = fc.integer({ min: -(2 ** 48), max: 2 ** 48 });
  const sparse = fc
    .array(fc.tuple(fc.nat(degree - 1), coefficient), { minLength: 1, maxLength: 5 })
    .map((entries) => new Map(entries));

  it('reduces integers of 52 bits of either sign', () => {
    const values = [0, 1, -1, 2 ** 52 - 1, 1 - 2 ** 52, ...moduli.map(Number)];
    load(one, new Map(values.map((value, index) => [index, value])));
    const residues = ring.get(one);
    moduli.forEach((p, row) => {
      const found = residues.subarray(row * degree, row * degree + values.length);
      expect([...found]).toEqual(values.map((value) => residue(value, p)));
    });
  });

  it('multiplies as polynomials modulo X^N + 1 multiply', () => {
    fc.assert(
      fc.property(sparse, sparse, (left, right) => {
        load(one, left);
        load(other, right);
        ring.forward(one);
        ring.forward(other);
        ring.multiply(one, other);
        ring.backward(one);
        const residues = ring.get(one);
        moduli.forEach((p, row) => {
          const expected = new BigUint64Array(degree);
          left.forEach((x, i) =>
            right.forEach((y, j) => {
              const at = (i + j) % degree;
              const term = residue(x, p) * residue(y, p) * (i + j < degree ? 1n : p - 1n);
              expected[at] = (expected[at]! + term) % p;
            }),
          );
          expect(residues.subarray(row * degree, (row + 1) * degree)).toEqual(expected);
        });
      }),
      { numRuns: 20 },
    );
  });

  it('comes back from the transform of any polynomial, the greatest residues among them', () => {
    const words = dataPart(profile, commonPolynomial(profile, new Uint8Array(32).fill(7))).slice();
    moduli.forEach((p, row) => words.fill(p - 1n, row * degree, row * degree + 100));
    ring.put(one, words);
    ring.forward(one);
    ring.backward(one);
    expect(ring.get(one)).toEqual(words);
  });

  it('subtracts a polynomial times a power of X', () => {
    fc.assert(
      fc.property(sparse, fc.nat(2 * degree - 1), (from, shift) => {
        load(one, from);
        load(other, new Map([[0, 1]]));
        ring.subtractShifted(other, one, shift);
        const negated = new Map([...from].map(([index, value]) => [index, -value]));
        const power = new Map([[shift % degree, shift < degree ? 1 : -1]]);
        load(one, negated);
        load(sum, power);
        ring.forward(one);
        ring.forward(sum);
        ring.multiply(one, sum);
        ring.backward(one);
        load(sum, new Map([[0, 1]]));
        ring.add(one, sum);
        expect(ring.get(other)).toEqual(ring.get(one));
      }),
      { numRuns: 20 },
    );
  });
});
