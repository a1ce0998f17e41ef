import fc from 'fast-check';
import { GENERATOR, randomScalar, scalars } from './group.js';
import {
  commitmentsOf,
  imageAt,
  interpolate,
  isShareAt,
  lagrangeAtZero,
  randomPolynomial,
  shareAt,
  sumOf,
} from './sharing.js';

/** n, t and the places of t custodians among n. */
const quorums = fc
  .integer({ min: 2, max: 7 })
  .chain((n) => fc.tuple(fc.constant(n), fc.integer({ min: 2, max: n })))
  .chain(([n, t]) =>
    fc.record({
      n: fc.constant(n),
      t: fc.constant(t),
      places: fc.shuffledSubarray(
        Array.from({ length: n }, (_, place) => place + 1),
        { minLength: t, maxLength: t },
      ),
    }),
  );

const valueAt = (polynomial: readonly Uint8Array[], index: number) =>
  scalars.fromBytes(shareAt(polynomial, index));

/** Interpolation in the clear, of which the product does only the one in the exponent. */
const secretOf = (shares: readonly { index: number; value: bigint }[]) => {
  const indices = shares.map(({ index }) => index);
  return shares.reduce(
    (sum, { index, value }) => scalars.add(sum, scalars.mul(value, lagrangeAtZero(index, indices))),
    0n,
  );
};

describe('shares of a secret', () => {
  it('give x·E by any t of n, in any order', () => {
    fc.assert(
      fc.property(quorums, ({ t, places }) => {
        const polynomial = randomPolynomial(t);
        const enc = GENERATOR.multiply(scalars.fromBytes(randomScalar()));
        const parts = places.map((index) => ({
          index,
          value: enc.multiply(valueAt(polynomial, index)),
        }));
        expect(interpolate(parts).equals(enc.multiply(valueAt(polynomial, 0)))).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  it('tell nothing to fewer than t: every secret fits what they hold, by one polynomial each', () => {
    fc.assert(
      fc.property(quorums, ({ t, places }) => {
        const polynomial = randomPolynomial(t);
        const held = places.slice(1).map((index) => ({ index, value: valueAt(polynomial, index) }));
        // Any other secret, with t - 1 shares, is a polynomial of degree t - 1 again. Its value at the
        // place left out is a share with which the quorum would find that other secret.
        const other = scalars.fromBytes(randomScalar());
        const indices = [places[0] ?? 0, ...held.map(({ index }) => index)];
        const known = secretOfRest(held, indices);
        const missing = scalars.div(
          scalars.sub(other, known),
          lagrangeAtZero(places[0] ?? 0, indices),
        );
        const completed = [{ index: places[0] ?? 0, value: missing }, ...held];
        expect(secretOf(completed)).toBe(other);
      }),
      { numRuns: 100 },
    );
  });

  it('of fewer than t give another point', () => {
    const polynomial = randomPolynomial(3);
    const parts = [1, 4].map((index) => ({
      index,
      value: GENERATOR.multiply(valueAt(polynomial, index)),
    }));
    expect(interpolate(parts).equals(GENERATOR.multiply(valueAt(polynomial, 0)))).toBe(false);
  });

  it('are held against commitments, and so are their sums', () => {
    const [one, other] = [randomPolynomial(3), randomPolynomial(3)];
    const [first, second] = [commitmentsOf(one), commitmentsOf(other)];
    for (const index of [1, 2, 5]) {
      const value = shareAt(one, index);
      expect(isShareAt(first, { index, value })).toBe(true);
      expect(isShareAt(first, { index: index + 1, value })).toBe(false);
      expect(isShareAt(second, { index, value })).toBe(false);
      const sum = scalars.fromBytes(sumOf([value, shareAt(other, index)]));
      const image = imageAt(first, index).add(imageAt(second, index));
      expect(GENERATOR.multiply(sum).equals(image)).toBe(true);
    }
  });

  it.each([
    ['0', Buffer.alloc(32)],
    ['the order', Buffer.from(scalars.ORDER.toString(16), 'hex')],
    ['too short', Buffer.alloc(31, 1)],
  ])('are none where they are %s', (_what, value) => {
    expect(isShareAt(commitmentsOf(randomPolynomial(2)), { index: 1, value })).toBe(false);
  });
});

/** What the held shares add to the secret of a quorum. */
function secretOfRest(
  held: readonly { index: number; value: bigint }[],
  indices: readonly number[],
): bigint {
  return held.reduce(
    (sum, { index, value }) => scalars.add(sum, scalars.mul(value, lagrangeAtZero(index, indices))),
    0n,
  );
}
