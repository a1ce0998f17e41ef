import { sha256Hex } from '../bfv/hashing.js';
import type { Profile } from '../bfv/profiles.js';
import type { Seal } from '../bfv/seal.js';
import { verifyKnowledge } from '../short-proof/knowledge.js';
import { LinearMap } from '../short-proof/linear-map.js';
import { HiddenSlots } from '../short-proof/hidden-slots.js';
import { proofInvalid } from '../short-proof/invalid.js';
import { decodeProof } from '../short-proof/responses.js';
import { Ring, type Polynomial } from '../short-proof/ring.js';
import { openingParts } from './parameters.js';
import {
  negatedContribution,
  openingStatement,
  partialPolynomial,
  setOpeningMap,
} from './statement.js';
import type { ProvenPartialsRequest } from './types.js';

/** Checks proofs of partial openings. It keeps nothing secret. */
export class OpeningVerifier {
  readonly #seal: Pick<Seal, 'headers'>;
  readonly #profile: Profile;
  readonly #ring: Ring;
  readonly #map: LinearMap;
  readonly #scratch: Polynomial;

  constructor(seal: Pick<Seal, 'headers'>, profile: Profile) {
    this.#seal = seal;
    this.#profile = profile;
    this.#ring = new Ring(profile);
    this.#map = new LinearMap(this.#ring);
    this.#scratch = this.#ring.allocate();
  }

  /**
   * @returns hash of the proof
   * @throws ComputeError ERR_PROOF_INVALID, ERR_PARTIAL_INVALID, ERR_CONTRIBUTION_INVALID,
   *   ERR_CIPHERTEXT_INVALID
   */
  verify(request: ProvenPartialsRequest): string {
    const { partials, proof: bytes, contributions, slots } = request;
    if (partials.length !== contributions.length) {
      throw proofInvalid('a proof covers a partial opening of each contribution', {
        expected: `${contributions.length}`,
        got: `${partials.length}`,
      });
    }
    const { degree } = this.#profile;
    const place = { map: this.#map, ring: this.#ring, scratch: this.#scratch };
    setOpeningMap(this.#seal, this.#profile, place, request);
    const parts = openingParts(this.#profile, contributions.length);
    const hidden = new HiddenSlots(this.#profile, slots);
    const form = { degree, parts, statements: contributions.length, hidden };
    const proof = decodeProof(bytes, form);
    const polynomials = partials.map((one) => partialPolynomial(this.#profile, one));
    this.#map.setImages(
      contributions.map((contribution, index) => [
        polynomials[index] as BigUint64Array,
        negatedContribution(this.#profile, place, contribution),
      ]),
    );
    const statement = openingStatement(this.#profile, request, polynomials);
    verifyKnowledge({ map: this.#map, degree, statement, parts, hidden }, proof);
    return sha256Hex(bytes);
  }
}
