import { checkLength, checkPolynomials } from '../bfv/checks.js';
import { ciphertextPolynomials } from '../bfv/cipher-operations.js';
import { commonPolynomial } from '../bfv/common-polynomial.js';
import { ComputeError } from '../bfv/errors.js';
import { sha256Hex } from '../bfv/hashing.js';
import type { Profile } from '../bfv/profiles.js';
import { bytesOf, wordsOf } from '../bfv/residues.js';
import type { Seal } from '../bfv/seal.js';
import { LinearMap, type Pair } from '../short-proof/linear-map.js';
import { Ring, type Polynomial } from '../short-proof/ring.js';
import type { Statement } from '../short-proof/transcript.js';
import { checkSlots } from '../threshold/opening-operations.js';
import { epochPolynomials, epochSeed, FIRST_EPOCH } from '../threshold/reshared-contribution.js';
import { dataModuliOf, dataPart } from '../threshold/transforms.js';
import { MOST_SHARES } from './parameters.js';
import type { OpeningStatement } from './types.js';

/** A result is opened doubled, as a proof of encryption is about twice a ciphertext. */
const TWICE = 2n;

/**
 * The map of openings, in memory of its own: A(x, e, f, r) = (g·x + f + ⌊q/t⌋·r, h·x + e). In the first epoch x is the
 * share's secret. Later it is the error by which the share's contribution hides it.
 */
export class OpeningMap {
  readonly ring: Ring;
  readonly map: LinearMap;
  readonly #seal: Pick<Seal, 'headers'>;
  readonly #profile: Profile;
  /** Of twice the result, in NTT form. */
  readonly #c1: Polynomial;
  readonly #scratch: Polynomial;
  readonly #other: Polynomial;
  #isFirst = true;

  constructor(seal: Pick<Seal, 'headers'>, profile: Profile) {
    this.#seal = seal;
    this.#profile = profile;
    this.ring = new Ring(profile);
    this.map = new LinearMap(this.ring);
    const { ring } = this;
    [this.#c1, this.#scratch, this.#other] = [ring.allocate(), ring.allocate(), ring.allocate()];
  }

  /**
   * Sets the factors: (c1, a) in the first epoch, (-c1·a, h) later, c1 of twice the result.
   * @throws ComputeError ERR_CIPHERTEXT_INVALID, ERR_CONTRIBUTION_INVALID, ERR_COMMITTEE_INVALID,
   *   ERR_VALUE_OUT_OF_RANGE
   */
  set({ ciphertext, seed, epoch, contributions, slots }: OpeningStatement): void {
    checkSlots(this.#profile, slots);
    checkLength(seed, 32, 'ERR_CONTRIBUTION_INVALID', 'seed');
    if (contributions.length < 1 || contributions.length > MOST_SHARES) {
      throw new ComputeError('ERR_COMMITTEE_INVALID', 'a proof covers no such number of shares', {
        argument: 'contributions',
        expected: `1 to ${MOST_SHARES}`,
        got: String(contributions.length),
      });
    }
    const { ring, map } = this;
    const [, c1] = ciphertextPolynomials(this.#seal, this.#profile, ciphertext, 'ciphertext');
    ring.put(this.#c1, c1);
    ring.scale(this.#c1, TWICE);
    ring.forward(this.#c1);
    this.#isFirst = epoch === FIRST_EPOCH;
    if (this.#isFirst) {
      const common = dataPart(this.#profile, commonPolynomial(this.#profile, seed));
      map.setFactors([ring.get(this.#c1), common]);
      return;
    }
    const [a, h] = epochPolynomials(this.#profile, seed, epoch);
    ring.put(this.#scratch, a);
    ring.multiply(this.#scratch, this.#c1);
    ring.scale(this.#scratch, -1n);
    map.setFactors([ring.get(this.#scratch), h]);
  }

  /**
   * What A gives of an honest witness: (d, -b) in the first epoch, (d - c1·u, v) later, in coefficient form.
   * @throws ComputeError ERR_CONTRIBUTION_INVALID
   */
  imageOf(partial: BigUint64Array, contribution: Uint8Array): Pair {
    if (this.#isFirst) return [partial, this.negatedContribution(contribution)];
    const ring = this.ring;
    const [u, v] = resharedPolynomials(this.#profile, contribution);
    ring.put(this.#scratch, u);
    ring.multiply(this.#scratch, this.#c1);
    ring.scale(this.#scratch, -1n);
    ring.backward(this.#scratch);
    ring.put(this.#other, partial);
    ring.add(this.#scratch, this.#other);
    ring.put(this.#other, v);
    ring.backward(this.#other);
    return [ring.get(this.#scratch), ring.get(this.#other)];
  }

  /** -b_A over the data moduli, in coefficient form. @throws ComputeError ERR_CONTRIBUTION_INVALID */
  negatedContribution(contribution: Uint8Array): BigUint64Array {
    const [b] = checkPolynomials(this.#profile, contribution, {
      code: 'ERR_CONTRIBUTION_INVALID',
      argument: 'contributions',
      length: this.#profile.contributionLength,
      moduli: this.#profile.coefficientModuli,
    }) as [BigUint64Array];
    const ring = this.ring;
    ring.put(this.#scratch, dataPart(this.#profile, b));
    ring.backward(this.#scratch);
    ring.scale(this.#scratch, -1n);
    return ring.get(this.#scratch);
  }

  /** A share's secret in coefficient form, from its NTT form. */
  coefficientsOf(secret: Uint8Array): BigUint64Array {
    this.ring.put(this.#scratch, wordsOf(secret));
    this.ring.backward(this.#scratch);
    return this.ring.get(this.#scratch);
  }

  /** Overwrites what secrets were computed in. */
  wipe(): void {
    this.map.wipe();
    this.ring.wipe(...this.#scratch);
  }
}

/** A partial opening's residues. @throws ComputeError ERR_PARTIAL_INVALID */
export function partialPolynomial(profile: Profile, bytes: Uint8Array): BigUint64Array {
  const [polynomial] = checkPolynomials(profile, bytes, {
    code: 'ERR_PARTIAL_INVALID',
    argument: 'partials',
    length: profile.partialLength,
    moduli: dataModuliOf(profile),
  }) as [BigUint64Array];
  return polynomial;
}

/** What the challenges' hash covers. */
export function openingStatement(
  { name }: Profile,
  { ciphertext, seed, epoch, contributions, contextHash, slots }: OpeningStatement,
  partials: readonly BigUint64Array[],
): Statement {
  const isFirst = epoch === FIRST_EPOCH;
  return {
    kind: isFirst ? 'opening' : 'reshared opening',
    profile: name,
    contextHash,
    shared: [sha256Hex(ciphertext), sha256Hex(isFirst ? seed : epochSeed(seed, epoch))],
    each: contributions.map((contribution, index) => [
      sha256Hex(contribution),
      sha256Hex(bytesOf(partials[index] as BigUint64Array)),
    ]),
    slots,
  };
}

/** u = s_A + a·e and v = h·e + e', in NTT form. @throws ComputeError ERR_CONTRIBUTION_INVALID */
function resharedPolynomials(
  profile: Profile,
  contribution: Uint8Array,
): [BigUint64Array, BigUint64Array] {
  return checkPolynomials(profile, contribution, {
    code: 'ERR_CONTRIBUTION_INVALID',
    argument: 'contributions',
    length: profile.resharedContributionLength,
    moduli: dataModuliOf(profile),
  }) as [BigUint64Array, BigUint64Array];
}
