import { sha256Hex } from '../bfv/hashing.js';
import type { Profile } from '../bfv/profiles.js';
import type { Seal } from '../bfv/seal.js';
import { verifyKnowledge } from '../short-proof/knowledge.js';
import { HiddenSlots } from '../short-proof/hidden-slots.js';
import { proofInvalid } from '../short-proof/invalid.js';
import { decodeProof } from '../short-proof/responses.js';
import { openingParts } from './parameters.js';
import { OpeningMap, openingStatement, partialPolynomial } from './statement.js';
import type { ProvenPartialsRequest } from './types.js';

/** Checks proofs of partial openings. It keeps nothing secret. */
export class OpeningVerifier {
  readonly #profile: Profile;
  readonly #opening: OpeningMap;

  constructor(seal: Pick<Seal, 'headers'>, profile: Profile) {
    this.#profile = profile;
    this.#opening = new OpeningMap(seal, profile);
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
    this.#opening.set(request);
    const { map } = this.#opening;
    const parts = openingParts(this.#profile, contributions.length, request.epoch);
    const hidden = new HiddenSlots(this.#profile, slots);
    const form = { degree, parts, statements: contributions.length, hidden };
    const proof = decodeProof(bytes, form);
    const polynomials = partials.map((one) => partialPolynomial(this.#profile, one));
    map.setImages(
      contributions.map((contribution, index) =>
        this.#opening.imageOf(polynomials[index] as BigUint64Array, contribution),
      ),
    );
    const statement = openingStatement(this.#profile, request, polynomials);
    verifyKnowledge({ map, degree, statement, parts, hidden }, proof);
    return sha256Hex(bytes);
  }
}
