import { randomFillSync } from 'node:crypto';
import type { Bound } from '@salus/protocol/computation';
import { freshBound } from '../bfv/bounds.js';
import { checkPolynomials, checkValues } from '../bfv/checks.js';
import { hashed } from '../bfv/cipher-operations.js';
import { ComputeError } from '../bfv/errors.js';
import { sha256Hex } from '../bfv/hashing.js';
import { dataModulusOf, type Profile } from '../bfv/profiles.js';
import { withHeader, wordsOf } from '../bfv/residues.js';
import { save, type Seal } from '../bfv/seal.js';
import { dataPart } from '../threshold/transforms.js';
import { proveKnowledge, wipeSecret } from '../short-proof/knowledge.js';
import { LinearMap, type Pair } from '../short-proof/linear-map.js';
import type { Parts } from '../short-proof/parts.js';
import { encodeProof, type Triple } from '../short-proof/responses.js';
import { Ring } from '../short-proof/ring.js';
import { sampleError, sampleTernary, type Randomness } from '../short-proof/sampling.js';
import type { Statement } from '../short-proof/transcript.js';
import { wideOf } from '../short-proof/wide.js';
import { encryptionParts, MOST_CIPHERTEXTS } from './parameters.js';
import type { ProvenCiphertexts, ProvenEncryptionRequest } from './types.js';

/** Encrypts, and proves of each ciphertext that it is an encryption whose secrets the prover knows. */
export class Prover {
  readonly #seal: Seal;
  readonly #profile: Profile;
  readonly #ring: Ring;
  readonly #map: LinearMap;
  readonly #random: Randomness;

  constructor(seal: Seal, profile: Profile, random: Randomness = randomFillSync) {
    this.#seal = seal;
    this.#profile = profile;
    this.#ring = new Ring(profile);
    this.#map = new LinearMap(this.#ring);
    this.#random = random;
  }

  /** @throws ComputeError ERR_VALUE_OUT_OF_RANGE, ERR_PUBLIC_KEY_INVALID */
  encrypt({ publicKey, vectors, contextHash }: ProvenEncryptionRequest): ProvenCiphertexts {
    checkCount(vectors.length);
    const bounds = vectors.map(({ values, bound }) => {
      const fresh = freshBound(this.#profile, bound ?? { least: 0, most: this.#profile.maxValue });
      checkValues(this.#profile, values, fresh);
      return fresh;
    });
    const parts = encryptionParts(this.#profile, vectors.length);
    const key = keyPair(this.#seal, this.#profile, publicKey);
    this.#map.setFactors(key);
    const made = vectors.map(({ values }) => this.#encryptOne(values, parts));
    const ciphertexts = made.map(({ polynomials }) =>
      hashed(withHeader(this.#seal.headers.ciphertext, ...polynomials)),
    );
    const hashes = ciphertexts.map(({ hash }) => hash);
    const statement = encryptionStatement(this.#profile, { publicKey, hashes, contextHash });
    const witnesses = made.map(({ witness }) => witness);
    try {
      this.#map.setFactors(key, this.#profile.plainModulus);
      const { degree } = this.#profile;
      const relation = { map: this.#map, degree, statement, parts };
      const proof = proveKnowledge(relation, witnesses, this.#random);
      const form = { degree, parts, statements: witnesses.length };
      return {
        ciphertexts: ciphertexts.map((one, index) => ({ ...one, bound: bounds[index] as Bound })),
        proof: hashed(encodeProof(proof, form)),
      };
    } finally {
      for (const witness of witnesses) wipeSecret(witness);
      this.#map.wipe();
    }
  }

  /** The map's factors are b and a. */
  #encryptOne(
    values: readonly number[],
    parts: Parts,
  ): { readonly polynomials: Pair; readonly witness: Triple } {
    const { degree, plainModulus: t } = this.#profile;
    const q = dataModulusOf(this.#profile);
    const rest = q % t;
    const message = encode(this.#seal, this.#profile, values);
    // SEAL's scaling: q·m/t, rounded, is ⌊q/t⌋·m and this much more.
    const carry = message.map((m) => Number((rest * BigInt(m) + (t + 1n) / 2n) / t));
    const [u, e0, e1] = [sampleTernary, sampleError, sampleError].map((sample) =>
      sample(this.#random, degree),
    ) as [Float64Array, Float64Array, Float64Array];
    const x = wideOf(u, parts.x.maskBits);
    const [bu, au] = this.#map.products(x);
    this.#map.integers.add(bu, message, q / t);
    this.#map.integers.add(bu, carry);
    this.#map.integers.add(bu, e0);
    this.#map.integers.add(au, e1);
    const polynomials = [this.#ring.get(bu), this.#ring.get(au)] as const;
    // What rounding has added, times t, and t times the error: below 2^45.
    const w = e0.map((error, index) => {
      const [m, more] = [BigInt(message[index] as number), BigInt(carry[index] as number)];
      return Number(t) * error + Number(t * more - rest * m);
    });
    const witness = { x, e: wideOf(e1, parts.e.maskBits), w: wideOf(w, parts.w.maskBits) };
    for (const secret of [message, carry, u, e0, e1, w]) secret.fill(0);
    return { polynomials, witness };
  }
}

/** The message polynomial of a vector: N coefficients below t. */
function encode(seal: Seal, profile: Profile, values: readonly number[]): Float64Array {
  const slots = new BigUint64Array(profile.degree);
  const t = Number(profile.plainModulus);
  values.forEach((value, slot) => (slots[slot] = BigInt(value < 0 ? value + t : value)));
  using plaintext = new seal.module.Plaintext();
  seal.encoder.encode(slots, plaintext);
  const saved = save(seal.module, plaintext);
  const message = new Float64Array(profile.degree);
  wordsOf(saved, PLAIN_HEADER_LENGTH).forEach((word, index) => (message[index] = Number(word)));
  slots.fill(0n);
  saved.fill(0);
  return message;
}

/** SEAL's header of an uncompressed plaintext. */
const PLAIN_HEADER_LENGTH = 88;

/** A public key's polynomials over the data moduli, in NTT form. */
export function keyPair(
  seal: Pick<Seal, 'headers'>,
  profile: Profile,
  publicKey: Uint8Array,
): Pair {
  const [b, a] = checkPolynomials(profile, publicKey, {
    code: 'ERR_PUBLIC_KEY_INVALID',
    argument: 'publicKey',
    length: profile.publicKeyLength,
    moduli: profile.coefficientModuli,
    header: seal.headers.publicKey,
  }) as [BigUint64Array, BigUint64Array];
  return [dataPart(profile, b), dataPart(profile, a)];
}

/** What a proof of encryption is about. */
export function encryptionStatement(
  { name }: Profile,
  of: {
    readonly publicKey: Uint8Array;
    readonly hashes: readonly string[];
    readonly contextHash: string;
  },
): Statement {
  const { publicKey, hashes, contextHash } = of;
  const shared = [sha256Hex(publicKey)];
  return { kind: 'encryption', profile: name, contextHash, shared, each: hashes.map((h) => [h]) };
}

/** @throws ComputeError ERR_VALUE_OUT_OF_RANGE */
export function checkCount(ciphertexts: number): void {
  if (ciphertexts >= 1 && ciphertexts <= MOST_CIPHERTEXTS) return;
  throw new ComputeError('ERR_VALUE_OUT_OF_RANGE', 'a proof covers no such number of ciphertexts', {
    argument: 'vectors',
    expected: `1 to ${MOST_CIPHERTEXTS}`,
    got: String(ciphertexts),
  });
}
