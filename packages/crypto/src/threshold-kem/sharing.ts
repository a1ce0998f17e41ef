/** Shamir's sharing (1979) of a scalar, with Feldman's commitments (1987) by which shares are checked. */
import { GENERATOR, randomScalar, scalars, type GroupPoint } from './group.js';

/** A polynomial's coefficients, the secret first: 32 bytes each, to be wiped. */
export type Polynomial = readonly Uint8Array[];

/** A share or a point that belongs to one. */
export interface At<T> {
  /** From 1: 0 is the secret's own place. */
  readonly index: number;
  readonly value: T;
}

/** A polynomial of which any `threshold` values tell all, and fewer nothing of the secret. */
export function randomPolynomial(threshold: number): Polynomial {
  return Array.from({ length: threshold }, () => randomScalar());
}

/** The share at an index. */
export function shareAt(polynomial: Polynomial, index: number): Uint8Array {
  const x = BigInt(index);
  const value = polynomial.reduceRight(
    (sum, coefficient) => scalars.add(scalars.mul(sum, x), scalars.fromBytes(coefficient)),
    0n,
  );
  return scalars.toBytes(value);
}

/** Feldman's commitments: every coefficient times the generator. */
export function commitmentsOf(polynomial: Polynomial): GroupPoint[] {
  return polynomial.map((coefficient) => GENERATOR.multiply(scalars.fromBytes(coefficient)));
}

/** The share at an index times the generator, from the commitments alone. */
export function imageAt(commitments: readonly GroupPoint[], index: number): GroupPoint {
  const x = BigInt(index);
  return commitments.reduceRight(
    (sum, commitment) => sum.multiplyUnsafe(x).add(commitment),
    GENERATOR.subtract(GENERATOR),
  );
}

/** Tells whether a share is the one that commitments promise at an index. */
export function isShareAt(
  commitments: readonly GroupPoint[],
  { index, value }: At<Uint8Array>,
): boolean {
  if (!scalars.isValidNot0(readScalar(value))) return false;
  return GENERATOR.multiply(scalars.fromBytes(value)).equals(imageAt(commitments, index));
}

/** The sum of scalars, in 32 bytes. */
export function sumOf(values: readonly Uint8Array[]): Uint8Array {
  return scalars.toBytes(
    values.reduce((sum, value) => scalars.add(sum, scalars.fromBytes(value)), 0n),
  );
}

/**
 * Lagrange's interpolation at 0, in the exponent: from `x_i·E` at t indices to `x·E`. No scalar but
 * public coefficients takes part, so the secret itself is never there.
 */
export function interpolate(points: readonly At<GroupPoint>[]): GroupPoint {
  const indices = points.map(({ index }) => index);
  return points
    .map(({ index, value }) => value.multiplyUnsafe(lagrangeAtZero(index, indices)))
    .reduce((sum, point) => sum.add(point));
}

/** Lagrange's coefficient of one index among several, at 0. */
export function lagrangeAtZero(index: number, indices: readonly number[]): bigint {
  const own = BigInt(index);
  return indices
    .filter((other) => other !== index)
    .map(BigInt)
    .reduce(
      (product, other) => scalars.mul(product, scalars.div(other, scalars.create(other - own))),
      1n,
    );
}

/** The value or, where it is too large, 0, which is no share. */
function readScalar(bytes: Uint8Array): bigint {
  try {
    return scalars.fromBytes(Uint8Array.from(bytes));
  } catch {
    return 0n;
  }
}
