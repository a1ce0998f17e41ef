import { ciphertextPolynomials } from '../bfv/cipher-operations.js';
import { sha256Hex } from '../bfv/hashing.js';
import type { Profile } from '../bfv/profiles.js';
import type { Seal } from '../bfv/seal.js';
import { LinearMap } from './commitments.js';
import { checkCount, keyPolynomials } from './prove.js';
import { decodeProof, proofInvalid } from './responses.js';
import { Ring } from './ring.js';
import { expandChallenges, openTranscript } from './transcript.js';

/** Ciphertexts with the proof that was made with them. */
export interface ProvenCiphertextsRequest {
  readonly publicKey: Uint8Array;
  /** All that the proof covers, in their order. */
  readonly ciphertexts: readonly Uint8Array[];
  readonly proof: Uint8Array;
  /** SHA-256 of what the ciphertexts are for, hex. */
  readonly contextHash: string;
}

/** Checks proofs of well-formed encryption. It keeps nothing secret. */
export class Verifier {
  readonly #seal: Pick<Seal, 'headers'>;
  readonly #profile: Profile;
  readonly #map: LinearMap;

  constructor(seal: Pick<Seal, 'headers'>, profile: Profile) {
    this.#seal = seal;
    this.#profile = profile;
    this.#map = new LinearMap(profile, new Ring(profile));
  }

  /**
   * @returns hash of the proof
   * @throws ComputeError ERR_PROOF_INVALID, ERR_CIPHERTEXT_INVALID, ERR_PUBLIC_KEY_INVALID
   */
  verify({ publicKey, ciphertexts, proof, contextHash }: ProvenCiphertextsRequest): string {
    checkCount(ciphertexts.length);
    const { challenge, responses } = decodeProof(this.#profile, proof, ciphertexts.length);
    const polynomials = ciphertexts.map((bytes, index) =>
      ciphertextPolynomials(this.#seal, this.#profile, bytes, `ciphertexts[${index}]`),
    );
    this.#map.setKey(keyPolynomials(this.#seal, this.#profile, publicKey));
    this.#map.setCiphertexts(polynomials.map(([c0, c1]) => ({ c0, c1 })));
    const transcript = openTranscript({
      profile: this.#profile.name,
      publicKeyHash: sha256Hex(publicKey),
      ciphertextHashes: ciphertexts.map((bytes) => sha256Hex(bytes)),
      contextHash,
    });
    const challenges = expandChallenges(challenge, this.#profile.degree, ciphertexts.length);
    responses.forEach((response, index) => this.#map.hash(transcript, response, challenges[index]));
    if (!transcript.digest().equals(challenge)) {
      throw proofInvalid('the proof does not hold', {
        expected: 'a proof of these ciphertexts, by their sender, for this purpose',
      });
    }
    return sha256Hex(proof);
  }
}
