import { createHash, createHmac } from 'node:crypto';
import { checkLength } from '../bfv/checks.js';
import { hashed } from '../bfv/cipher-operations.js';
import { uniformPolynomial } from '../bfv/common-polynomial.js';
import { ComputeError } from '../bfv/errors.js';
import { perProfile } from '../bfv/per-profile.js';
import type { Profile } from '../bfv/profiles.js';
import { bytesOf, joined, wordsOf } from '../bfv/residues.js';
import { RingIntegers } from '../short-proof/ring-integers.js';
import { Ring, type Polynomial } from '../short-proof/ring.js';
import { sampleError } from '../short-proof/sampling.js';
import { checkMemberKey, wipeKey } from './member-key.js';
import { dataModuliOf } from './transforms.js';
import type { Contribution, HeldShare, MemberKey, ThresholdOperations } from './types.js';

const SEED_LENGTH = 32;

/** Of the ceremony that makes a key; each resharing leads to a later one. */
export const FIRST_EPOCH = 0;

/**
 * Whether holders derive contributions of their shares: after each resharing, under profiles with proofs. In the first
 * epoch the dealers make them.
 */
export function derivesContributions({ proven }: Pick<Profile, 'proven'>, epoch: number): boolean {
  return proven && epoch > FIRST_EPOCH;
}

/**
 * 32 bytes that a later epoch's polynomials a and h are expanded from. Each epoch has its own: two contributions of one
 * secret under the same a would show the difference of their errors, and many of them the secret.
 */
export function epochSeed(seed: Uint8Array, epoch: number): Uint8Array {
  const text = JSON.stringify(['salus share contribution v1', epoch]);
  return Uint8Array.from(createHash('sha256').update(text).update(seed).digest());
}

/** a and h of a later epoch, over the data moduli in NTT form. */
export function epochPolynomials(
  profile: Profile,
  seed: Uint8Array,
  epoch: number,
): readonly [BigUint64Array, BigUint64Array] {
  const own = epochSeed(seed, epoch);
  const expand = (domain: string) =>
    uniformPolynomial(domain, own, profile.degree, dataModuliOf(profile));
  return [expand('salus share mask polynomial v1'), expand('salus share pin polynomial v1')];
}

/** The errors e and e' of a share's contribution: they follow from its smudging key, so all holders have the same. */
export function shareErrors(
  profile: Profile,
  { keyId, epoch }: Pick<MemberKey, 'keyId' | 'epoch'>,
  { shareId, smudgingKey }: HeldShare,
): readonly [Float64Array, Float64Array] {
  const drawn = (place: number) => {
    const text = JSON.stringify([
      'salus share error v1',
      profile.name,
      keyId,
      epoch,
      shareId,
      place,
    ]);
    const key = createHmac('sha256', smudgingKey).update(text).digest();
    const error = sampleError((bytes) => {
      const stream = createHash('shake256', { outputLength: bytes.length }).update(key).digest();
      bytes.set(stream);
      stream.fill(0);
    }, profile.degree);
    key.fill(0);
    return error;
  };
  return [drawn(0), drawn(1)];
}

/** Makes the contributions of shares that a resharing made. */
class ResharedContributions {
  readonly #profile: Profile;
  readonly #ring: Ring;
  readonly #error: Polynomial;
  readonly #product: Polynomial;
  readonly #factor: Polynomial;
  readonly #integers: RingIntegers;

  constructor(profile: Profile) {
    this.#profile = profile;
    const ring = new Ring(profile);
    this.#ring = ring;
    [this.#error, this.#product, this.#factor] = [
      ring.allocate(),
      ring.allocate(),
      ring.allocate(),
    ];
    this.#integers = new RingIntegers(ring);
  }

  /**
   * (s_A + a·e, h·e + e'), both in NTT form over the data moduli: it hides the share, and belongs to no other.
   * docs/compute-proofs.md says why.
   */
  of(key: Pick<MemberKey, 'keyId' | 'epoch'>, seed: Uint8Array, share: HeldShare): Uint8Array {
    const ring = this.#ring;
    const [a, h] = epochPolynomials(this.#profile, seed, key.epoch);
    const errors = shareErrors(this.#profile, key, share);
    const [e, other] = errors;
    this.#transform(this.#error, e);
    ring.put(this.#product, a);
    ring.multiply(this.#product, this.#error);
    ring.put(this.#factor, wordsOf(share.secret));
    ring.add(this.#product, this.#factor);
    const first = ring.get(this.#product);
    ring.put(this.#product, h);
    ring.multiply(this.#product, this.#error);
    this.#transform(this.#factor, other);
    ring.add(this.#product, this.#factor);
    const second = ring.get(this.#product);
    for (const error of errors) error.fill(0);
    ring.wipe(...this.#error, ...this.#product, ...this.#factor);
    this.#integers.wipe();
    return joined(bytesOf(first), bytesOf(second));
  }

  #transform(into: Polynomial, integers: Float64Array): void {
    this.#integers.load(into, integers);
    this.#ring.forward(into);
  }
}

/** What makes them under a profile: its tables are made once. */
export const resharedContributionsOf = perProfile((profile) => new ResharedContributions(profile));

/** The contribution of each share of a member. Wipes the key. */
export function resharedContributions(
  profile: Profile,
  { key, seed }: Parameters<ThresholdOperations['resharedContributions']>[0],
): readonly Contribution[] {
  try {
    checkMemberKey(profile, key);
    checkLength(seed, SEED_LENGTH, 'ERR_CONTRIBUTION_INVALID', 'seed');
    if (key.epoch === FIRST_EPOCH) {
      throw new ComputeError('ERR_EPOCH_OUTDATED', 'no resharing made these shares', {
        argument: 'key.epoch',
        expected: `more than ${FIRST_EPOCH}`,
        got: String(key.epoch),
      });
    }
    const contributions = resharedContributionsOf(profile);
    return key.shares.map((share) => ({
      shareId: share.shareId,
      ...hashed(contributions.of(key, seed, share)),
    }));
  } finally {
    wipeKey(key);
  }
}
