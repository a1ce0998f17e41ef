import { randomFillSync } from 'node:crypto';
import { hashed } from '../bfv/cipher-operations.js';
import { ComputeError } from '../bfv/errors.js';
import { sha256Hex } from '../bfv/hashing.js';
import type { Profile } from '../bfv/profiles.js';
import type { Seal } from '../bfv/seal.js';
import { MOST_ERROR } from '../encryption-proof/parameters.js';
import { HiddenSlots } from '../short-proof/hidden-slots.js';
import { proveKnowledge, wipeSecret } from '../short-proof/knowledge.js';
import { encodeProof, type Openable } from '../short-proof/responses.js';
import type { Randomness } from '../short-proof/sampling.js';
import { wideOf, widenedTo, wipeWide } from '../short-proof/wide.js';
import { hidingOf, partialOpening } from '../threshold/opening-operations.js';
import { checkEpoch } from '../threshold/member-key.js';
import {
  FIRST_EPOCH,
  resharedContributionsOf,
  shareErrors,
} from '../threshold/reshared-contribution.js';
import { dataModuliOf } from '../threshold/transforms.js';
import type { HeldShare, MemberKey } from '../threshold/types.js';
import { openingParts } from './parameters.js';
import { OpeningMap, openingStatement, partialPolynomial } from './statement.js';
import type { OpeningStatement, ProvenOpening, ProvenOpeningRequest } from './types.js';

/** Opens, and proves of each partial opening that it is made with the secret of the share's contribution. */
export class OpeningProver {
  readonly #seal: Seal;
  readonly #profile: Profile;
  readonly #opening: OpeningMap;
  readonly #random: Randomness;

  constructor(seal: Seal, profile: Profile, random: Randomness = randomFillSync) {
    this.#seal = seal;
    this.#profile = profile;
    this.#opening = new OpeningMap(seal, profile);
    this.#random = random;
  }

  /**
   * Wipes the key, as {@link partialOpening} does.
   * @throws ComputeError ERR_CIPHERTEXT_INVALID, ERR_SHARE_INVALID, ERR_EPOCH_OUTDATED,
   *   ERR_CONTRIBUTION_INVALID
   */
  open(request: ProvenOpeningRequest): ProvenOpening {
    const { ciphertext, key, epoch, seed, contributions, slots, contextHash } = request;
    const about = { ciphertext, seed, epoch, contributions, slots, contextHash };
    const { degree } = this.#profile;
    const parts = openingParts(this.#profile, contributions.length, epoch);
    let witnesses: Openable[] = [];
    try {
      checkEpoch(key, epoch);
      requireContributions(key, contributions);
      this.#opening.set(about);
      witnesses = key.shares.map((share, index) =>
        openingWitness(this.#profile, this.#opening, share, {
          ...{ key, about },
          contribution: contributions[index] as Uint8Array,
        }),
      );
      const opening = { ciphertext, key, slots, epoch };
      const partials = partialOpening(this.#seal, this.#profile, opening);
      const polynomials = partials.map(({ bytes }) => partialPolynomial(this.#profile, bytes));
      const statement = openingStatement(this.#profile, about, polynomials);
      const hidden = new HiddenSlots(this.#profile, slots);
      const relation = { map: this.#opening.map, degree, statement, parts, hidden };
      const proof = proveKnowledge(relation, witnesses, this.#random);
      const form = { degree, parts, statements: witnesses.length, hidden };
      return { partials, proof: hashed(encodeProof(proof, form)) };
    } finally {
      for (const { secret, smudgingKey } of key.shares) {
        secret.fill(0);
        smudgingKey.fill(0);
      }
      witnesses.forEach(wipeSecret);
      this.#opening.wipe();
    }
  }
}

/** What a share's witness is made of. */
interface WitnessOf {
  readonly key: MemberKey;
  readonly about: OpeningStatement;
  readonly contribution: Uint8Array;
}

/**
 * What a member knows of one share and its partial opening: two short polynomials, the smudging, and the mask of slots.
 * The map is set to the opening.
 *
 * @throws ComputeError ERR_SHARE_INVALID, ERR_CONTRIBUTION_INVALID
 */
export function openingWitness(
  profile: Profile,
  opening: OpeningMap,
  share: HeldShare,
  of: WitnessOf,
): Openable {
  const { contributions, ciphertext, slots, epoch } = of.about;
  const parts = openingParts(profile, contributions.length, epoch);
  const secrets =
    epoch === FIRST_EPOCH
      ? firstSecrets(profile, opening, share, of)
      : laterSecrets(profile, share, of);
  const hash = sha256Hex(ciphertext);
  const { noise, message } = hidingOf(profile, of.key, share, { hash, slots });
  const [x, e] = secrets;
  const witness = {
    x: wideOf(x, parts.x.maskBits),
    e: wideOf(e, parts.e.maskBits),
    w: widenedTo(parts.w.maskBits, noise),
    message,
  };
  wipeWide(noise);
  for (const secret of secrets) secret.fill(0);
  return witness;
}

type Secrets = readonly [Float64Array, Float64Array];

/** The share's secret, and the error of its contribution. */
function firstSecrets(
  profile: Profile,
  opening: OpeningMap,
  { secret, shareId }: HeldShare,
  { contribution, about }: WitnessOf,
): Secrets {
  const { ring, map } = opening;
  const { x } = openingParts(profile, about.contributions.length, about.epoch);
  const image = opening.negatedContribution(contribution);
  const s = smallIntegers(profile, opening.coefficientsOf(secret), 1n, shareId);
  const [scratch, product] = map.products(wideOf(s, x.maskBits));
  ring.scale(product, -1n);
  ring.put(scratch, image);
  ring.add(product, scratch);
  return [s, smallIntegers(profile, ring.get(product), MOST_ERROR, shareId)];
}

/** The two errors of the share's contribution. */
function laterSecrets(
  profile: Profile,
  share: HeldShare,
  { key, about, contribution }: WitnessOf,
): Secrets {
  const own = resharedContributionsOf(profile).of(key, about.seed, share);
  const isOwn = Buffer.compare(own, contribution) === 0;
  if (isOwn) return shareErrors(profile, key, share);
  throw new ComputeError('ERR_SHARE_INVALID', `the share ${share.shareId} proves nothing`, {
    argument: 'key.shares',
    expected: 'the share of its contribution',
  });
}

/**
 * Coefficients nearest to zero, the same under all data moduli.
 * @throws ComputeError ERR_SHARE_INVALID where one is greater than `most`: a share that is not the contribution's leaves no
 *   short error
 */
function smallIntegers(
  profile: Profile,
  residues: BigUint64Array,
  most: bigint,
  shareId: string,
): Float64Array {
  const moduli = dataModuliOf(profile);
  const [p] = moduli as [bigint];
  const { degree } = profile;
  const small = new Float64Array(degree);
  for (let index = 0; index < small.length; index += 1) {
    const residue = residues[index] as bigint;
    const value = residue > p / 2n ? residue - p : residue;
    const isSame = moduli.every(
      (modulus, row) => residues[row * degree + index] === (value < 0n ? value + modulus : value),
    );
    if (value > most || value < -most || !isSame) {
      throw new ComputeError('ERR_SHARE_INVALID', `the share ${shareId} proves nothing`, {
        argument: 'key.shares',
        expected: 'the ternary secret of its contribution',
      });
    }
    small[index] = Number(value);
  }
  residues.fill(0n);
  return small;
}

function requireContributions(key: MemberKey, contributions: readonly Uint8Array[]): void {
  if (contributions.length === key.shares.length) return;
  throw new ComputeError('ERR_CONTRIBUTION_INVALID', 'each share needs its contribution', {
    argument: 'contributions',
    expected: `${key.shares.length}`,
    got: `${contributions.length}`,
  });
}
