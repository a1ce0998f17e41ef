/** Repetitions of the protocol: 14 bits of soundness each, 140 together. */
export const REPETITIONS = 10;
/** The hash from which the challenges are expanded stands first in a proof. */
export const CHALLENGE_LENGTH = 32;

/** One polynomial of a witness, and of a response. */
export interface Part {
  /** Greatest magnitude of a coefficient of the witness. */
  readonly witness: bigint;
  /** Masks are uniform in [-2^maskBits, 2^maskBits). */
  readonly maskBits: number;
}

/**
 * The parts of a witness of A(x, e, w) = (g·x + w, h·x + e), in the order in which a response has them.
 * docs/compute-proofs.md calls them u, e1 and w for an encryption, s, e and f for an
 * opening, and e, e' and f for one under shares of a resharing.
 */
export const PARTS = ['x', 'e', 'w'] as const;
export type PartName = (typeof PARTS)[number];
export type Parts = Readonly<Record<PartName, Part>>;

/** The same for several statements in one proof: a response adds up a witness of each. */
export function widened({ x, e, w }: Parts, statements: number): Parts {
  const wider = Math.ceil(Math.log2(statements));
  const widen = ({ witness, maskBits }: Part) => ({ witness, maskBits: maskBits + wider });
  return { x: widen(x), e: widen(e), w: widen(w) };
}

/**
 * What a coefficient of a response may be: [-2^maskBits + slack, 2^maskBits - slack). Whatever the
 * witnesses are, each of these values comes from just one mask, so a response tells nothing of them.
 */
export function rangeOf(
  { witness, maskBits }: Part,
  statements: number,
): readonly [bigint, bigint] {
  const slack = witness * BigInt(statements);
  const most = 2n ** BigInt(maskBits);
  return [slack - most, most - slack];
}

/** Length in bytes of a proof with such parts. */
export function lengthOf(parts: Parts, degree: number): number {
  const bits = PARTS.reduce((sum, name) => sum + parts[name].maskBits + 1, 0);
  return CHALLENGE_LENGTH + (REPETITIONS * degree * bits) / 8;
}

/**
 * Greatest magnitude of what is proven of a part, for twice the statement: the difference of two responses,
 * times a polynomial with coefficients -1, 0 and 1.
 */
export const extracted = ({ maskBits }: Part, degree: number): bigint =>
  BigInt(degree) * 2n * 2n ** BigInt(maskBits);
