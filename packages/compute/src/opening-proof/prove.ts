import { randomFillSync } from 'node:crypto';
import { hashed } from '../bfv/cipher-operations.js';
import { ComputeError } from '../bfv/errors.js';
import { sha256Hex } from '../bfv/hashing.js';
import type { Profile } from '../bfv/profiles.js';
import { wordsOf } from '../bfv/residues.js';
import type { Seal } from '../bfv/seal.js';
import { MOST_ERROR } from '../encryption-proof/parameters.js';
import { HiddenSlots } from '../short-proof/hidden-slots.js';
import { proveKnowledge, wipeSecret } from '../short-proof/knowledge.js';
import { LinearMap } from '../short-proof/linear-map.js';
import { encodeProof, type Openable } from '../short-proof/responses.js';
import { Ring, type Polynomial } from '../short-proof/ring.js';
import type { Randomness } from '../short-proof/sampling.js';
import { wideOf, wideOfIntegers } from '../short-proof/wide.js';
import { hidingOf, partialOpening } from '../threshold/opening-operations.js';
import { dataModuliOf } from '../threshold/transforms.js';
import type { HeldShare, MemberKey } from '../threshold/types.js';
import { openingParts } from './parameters.js';
import {
  negatedContribution,
  openingStatement,
  partialPolynomial,
  setOpeningMap,
} from './statement.js';
import type { OpeningStatement, ProvenOpening, ProvenOpeningRequest } from './types.js';

/** Opens, and proves of each partial opening that it is made with the secret of the share's contribution. */
export class OpeningProver {
  readonly #seal: Seal;
  readonly #profile: Profile;
  readonly #ring: Ring;
  readonly #map: LinearMap;
  readonly #scratch: Polynomial;
  readonly #random: Randomness;

  constructor(seal: Seal, profile: Profile, random: Randomness = randomFillSync) {
    this.#seal = seal;
    this.#profile = profile;
    this.#ring = new Ring(profile);
    this.#map = new LinearMap(this.#ring);
    this.#scratch = this.#ring.allocate();
    this.#random = random;
  }

  /**
   * Wipes the key, as {@link partialOpening} does.
   * @throws ComputeError ERR_CIPHERTEXT_INVALID, ERR_SHARE_INVALID, ERR_EPOCH_OUTDATED,
   *   ERR_CONTRIBUTION_INVALID
   */
  open(request: ProvenOpeningRequest): ProvenOpening {
    const { ciphertext, key, epoch, seed, contributions, slots, contextHash } = request;
    const about = { ciphertext, seed, contributions, slots, contextHash };
    const place = { map: this.#map, ring: this.#ring, scratch: this.#scratch };
    const { degree } = this.#profile;
    const parts = openingParts(this.#profile, contributions.length);
    let witnesses: Openable[] = [];
    try {
      requireContributions(key, contributions);
      setOpeningMap(this.#seal, this.#profile, place, about);
      witnesses = key.shares.map((share, index) =>
        openingWitness(this.#profile, place, share, {
          ...{ key, about },
          contribution: contributions[index] as Uint8Array,
        }),
      );
      const options = epoch === undefined ? {} : { epoch };
      const opening = { ciphertext, key, slots, ...options };
      const partials = partialOpening(this.#seal, this.#profile, opening);
      const polynomials = partials.map(({ bytes }) => partialPolynomial(this.#profile, bytes));
      const statement = openingStatement(this.#profile, about, polynomials);
      const hidden = new HiddenSlots(this.#profile, slots);
      const relation = { map: this.#map, degree, statement, parts, hidden };
      const proof = proveKnowledge(relation, witnesses, this.#random);
      const form = { degree, parts, statements: witnesses.length, hidden };
      return { partials, proof: hashed(encodeProof(proof, form)) };
    } finally {
      for (const { secret, smudgingKey } of key.shares) {
        secret.fill(0);
        smudgingKey.fill(0);
      }
      witnesses.forEach(wipeSecret);
      this.#map.wipe();
      this.#ring.wipe(...this.#scratch);
    }
  }
}

/** Where a prover computes. */
export interface Workplace {
  readonly ring: Ring;
  readonly map: LinearMap;
  readonly scratch: Polynomial;
}

/**
 * The share's secret, the error of its contribution, its smudging, and its mask of slots. The map's factors are those
 * of the opening.
 *
 * @throws ComputeError ERR_SHARE_INVALID, ERR_CONTRIBUTION_INVALID
 */
export function openingWitness(
  profile: Profile,
  { ring, map, scratch }: Workplace,
  share: HeldShare,
  of: {
    readonly key: MemberKey;
    readonly about: OpeningStatement;
    readonly contribution: Uint8Array;
  },
): Openable {
  const { contributions, ciphertext, slots } = of.about;
  const parts = openingParts(profile, contributions.length);
  const image = negatedContribution(profile, { ring, scratch }, of.contribution);
  ring.put(scratch, wordsOf(share.secret));
  ring.backward(scratch);
  const s = smallIntegers(profile, ring.get(scratch), 1n, share.shareId);
  const x = wideOf(s, parts.x.maskBits);
  const [, product] = map.products(x);
  ring.scale(product, -1n);
  ring.put(scratch, image);
  ring.add(product, scratch);
  const error = smallIntegers(profile, ring.get(product), MOST_ERROR, share.shareId);
  const hash = sha256Hex(ciphertext);
  const { noise, message } = hidingOf(profile, of.key, share, { hash, slots });
  const witness = {
    x,
    e: wideOf(error, parts.e.maskBits),
    w: wideOfIntegers(noise, parts.w.maskBits),
    message,
  };
  noise.fill(0n);
  s.fill(0);
  error.fill(0);
  return witness;
}

/**
 * Coefficients nearest to zero, the same under all data moduli.
 * @throws ComputeError ERR_SHARE_INVALID where one is greater than `most`: a share of a later epoch is not
 *   short, and one that is not the contribution's leaves no short error
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
        expected: 'the ternary secret of its contribution, as the first epoch has it',
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
