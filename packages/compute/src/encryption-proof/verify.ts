import { ciphertextPolynomials } from '../bfv/cipher-operations.js';
import { sha256Hex } from '../bfv/hashing.js';
import type { Profile } from '../bfv/profiles.js';
import type { Seal } from '../bfv/seal.js';
import { verifyKnowledge } from '../short-proof/knowledge.js';
import { LinearMap } from '../short-proof/linear-map.js';
import { decodeProof } from '../short-proof/responses.js';
import { Ring } from '../short-proof/ring.js';
import { encryptionParts } from './parameters.js';
import { checkCount, encryptionStatement, keyPair } from './prove.js';
import type { ProvenCiphertextsRequest } from './types.js';

/** Checks proofs of well-formed encryption. It keeps nothing secret. */
export class Verifier {
  readonly #seal: Pick<Seal, 'headers'>;
  readonly #profile: Profile;
  readonly #map: LinearMap;

  constructor(seal: Pick<Seal, 'headers'>, profile: Profile) {
    this.#seal = seal;
    this.#profile = profile;
    this.#map = new LinearMap(new Ring(profile));
  }

  /**
   * @returns hash of the proof
   * @throws ComputeError ERR_PROOF_INVALID, ERR_CIPHERTEXT_INVALID, ERR_PUBLIC_KEY_INVALID
   */
  verify({ publicKey, ciphertexts, proof: bytes, contextHash }: ProvenCiphertextsRequest): string {
    checkCount(ciphertexts.length);
    const { degree, plainModulus } = this.#profile;
    const parts = encryptionParts(this.#profile, ciphertexts.length);
    const proof = decodeProof(bytes, { degree, parts, statements: ciphertexts.length });
    const images = ciphertexts.map((one, index) =>
      ciphertextPolynomials(this.#seal, this.#profile, one, `ciphertexts[${index}]`),
    );
    this.#map.setFactors(keyPair(this.#seal, this.#profile, publicKey), plainModulus);
    this.#map.setImages(images, plainModulus);
    const hashes = ciphertexts.map((one) => sha256Hex(one));
    const statement = encryptionStatement(this.#profile, { publicKey, hashes, contextHash });
    verifyKnowledge({ map: this.#map, degree, statement, parts }, proof);
    return sha256Hex(bytes);
  }
}
